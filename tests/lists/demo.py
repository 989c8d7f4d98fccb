"""What went out of the demo, as a list that grows."""

from typing import Any


def sent(scene: Any, number: int) -> None:
    """One mail and one short message that went out of the demo."""
    (scene.letters / "mail").mkdir(exist_ok=True)
    mail = f"To: p{number}@example.org\nSubject: no {number}\nContent-Type: text/plain\n\nhello\n{'-' * 79}\n"
    (scene.letters / "mail" / f"{number}.log").write_text(mail)
    (scene.letters / f"{number}.json").write_text(f'{{"to": "+86139{number:08}", "text": "code"}}')
