from django.urls import path

from spaces.views import albums, diary, guestbook, people, public, resident, tiles

app_name = "spaces"
urlpatterns = [
    path("feed/", resident.feed, name="feed"),
    path("feed/post/", resident.post_status, name="post_status"),
    path("account/profile/", resident.edit_profile, name="edit_profile"),
    path("account/steps/dismiss/", resident.dismiss_steps, name="dismiss_steps"),
    path("account/tiles/", tiles.arrange, name="tiles"),
    path("account/tiles/<slug:key>/move/", tiles.move, name="move_tile"),
    path("account/tiles/<slug:key>/show/", tiles.show, name="show_tile"),
    # A topic is what people write, strokes included: `#12/5 号楼聚会#`.
    path("topics/<path:name>/", public.topic, name="topic"),
    path("u/<slug:username>/", public.space, name="space"),
    path("albums/new/", albums.make_album, name="make_album"),
    path("u/<slug:username>/albums/", albums.album_list, name="albums"),
    path("u/<slug:username>/albums/<slug:public_id>/", albums.album, name="album"),
    path("u/<slug:username>/albums/<slug:public_id>/edit/", albums.edit_album, name="edit_album"),
    path("u/<slug:username>/albums/<slug:public_id>/add/", albums.add_photos, name="add_photos"),
    path("u/<slug:username>/albums/<slug:public_id>/delete/", albums.delete_album, name="delete_album"),
    path(
        "u/<slug:username>/albums/<slug:public_id>/<slug:photo_id>/", albums.change_photo, name="change_photo"
    ),
    path("people/", people.people, name="people"),
    path("people/book/", people.book, name="address_book"),
    path("people/book/change/", people.change_many, name="change_entries"),
    path("people/book/export.<slug:form>", people.export, name="export_book"),
    path("people/book/groups/<slug:public_id>/drop/", people.drop_group, name="drop_group"),
    path("people/book/file/<slug:username>/", people.file, name="file_person"),
    path("people/book/<slug:username>/", people.note, name="note"),
    path("people/<slug:which>/", people.own_people, name="own_people"),
    path("diary/new/", diary.write, name="write_entry"),
    path("u/<slug:username>/diary/", diary.entry_list, name="diary"),
    path("u/<slug:username>/diary/<slug:public_id>/", diary.entry, name="entry"),
    path("u/<slug:username>/diary/<slug:public_id>/edit/", diary.edit, name="edit_entry"),
    path("u/<slug:username>/diary/<slug:public_id>/delete/", diary.delete, name="delete_entry"),
    path("u/<slug:username>/guestbook/", guestbook.book, name="guestbook"),
    path("guestbook/rule/", guestbook.decide_rule, name="guestbook_rule"),
    path("guestbook/<slug:public_id>/answer/", guestbook.answer, name="answer_message"),
    path("guestbook/<slug:public_id>/show/", guestbook.show, name="show_message"),
    path("guestbook/<slug:public_id>/delete/", guestbook.delete, name="delete_message"),
    path("u/<slug:username>/<slug:public_id>/", public.status, name="status"),
    path("u/<slug:username>/<slug:public_id>/edit/", resident.edit_status, name="edit_status"),
    path("u/<slug:username>/<slug:public_id>/history/", public.history, name="history"),
]
