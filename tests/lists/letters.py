"""What went out of the demo, as a list that grows."""

from tests.lists.scene import Scene


def sent(scene: Scene, number: int) -> None:
    """One mail and one short message that went out of the demo."""
    (scene.letters / "mail").mkdir(exist_ok=True)
    mail = f"To: p{number}@example.org\nSubject: no {number}\nContent-Type: text/plain\n\nhello\n{'-' * 79}\n"
    (scene.letters / "mail" / f"{number}.log").write_text(mail)
    (scene.letters / f"{number}.json").write_text(f'{{"to": "+86139{number:08}", "text": "code"}}')
