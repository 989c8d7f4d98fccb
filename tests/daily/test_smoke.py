import pytest
pytestmark = pytest.mark.django_db
@pytest.mark.parametrize("path", ["/today/", "/today/2026-10-01/", "/today/2027-03-01/","/calendar/", "/calendar/2026-10/", "/calendar.ics", "/plates/", "/plates/?tail=8", "/en/today/"])
def test_it(client, portal, path):
    a = client.get(path)
    assert a.status_code == 200, a.content.decode()[:2000]
@pytest.mark.parametrize("path", ["/admin/daily/", "/admin/daily/rules/", "/admin/daily/rules/new/","/admin/daily/days/new/","/admin/daily/warn/","/account/plates/"])
def test_admin(client, portal, person, path):
    client.force_login(person("clerk", roles=("staff",)))
    a = client.get(path)
    assert a.status_code == 200, a.content.decode()[:2000]
