"""How a text is looked through for listed words (O2): whatever stands between, and however it is drawn."""

import unicodedata
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foundation.moderation.rules import folded

pytestmark = pytest.mark.row("O2")
# Whatever is neither letter nor digit, and ends no sentence.
HIDING = st.text(
    st.one_of(
        st.characters(
            categories=["P", "S", "Z", "Cc", "Cf", "Co", "Mn", "Me"],
            exclude_characters="。！？〇",
            codec="utf-8",
        ).filter(lambda sign: not is_decomposed_to_letters(sign)),
        st.sampled_from("\n\r\t\u3164\u2800\u115f\uffa0\ufe0f\u200b\u200d\u2060😀★"),
    ),
    max_size=3,
)
FULL_WIDTH = {chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)}


def is_decomposed_to_letters(sign: str) -> bool:
    """Say whether a sign is a letter or digit in another dress (`Ⓐ`): between others it spells another word."""
    return (
        any(part.isalnum() for part in unicodedata.normalize("NFKD", sign)) or 0x1F150 <= ord(sign) < 0x1F16A
    )


@st.composite
def disguised(draw: Any, word: str) -> str:
    shown = ""
    for sign in word:
        forms = [sign, sign.upper(), FULL_WIDTH.get(sign, sign)]
        shown += draw(st.sampled_from(forms)) + draw(HIDING)
    return shown


@pytest.mark.deny
@given(st.data(), st.sampled_from(["代开发票", "加微信vx88", "刷单100"]))
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_disguise_is_seen_through(data: Any, word: str) -> None:
    assert folded(word)[0] in folded(f"您好。{data.draw(disguised(word))}！")[0]


@pytest.mark.deny
@pytest.mark.parametrize(
    "text",
    [
        "高★利★贷",
        "高(利)贷",
        "【高】【利】【贷】",
        "高!利?贷",
        "高<利>贷",
        "高%利$贷",
        "高;利;贷",
        "高\n利\n贷",
        "高\r利\t贷",
        "高\u3164利\u3164贷",
        "高\u2800利\u2800贷",
        "高\u115f利\uffa0贷",
        "高😀利😀贷",
        "高🇨🇳利👨‍👩‍👧贷",
        "高\ufe0f利\U000e0100贷",
        "高\u00b0利○贷",
        "高→利♥贷",
        "高﹏利﹏贷",
        "高\u180e利\u202d\u034f贷",
        "高ー利ˉ贷",
        "高\ue000利\U000f0000贷",
        "高\u0345利贷",
        "⾼利贷",
    ],
)
def test_nothing_between_its_characters_hides_a_chinese_word(text: str) -> None:
    assert folded(text)[0] == "高利贷"


@pytest.mark.deny
@pytest.mark.parametrize(
    "text",
    [
        "vіploan",
        "ѵiploan".replace("ѵ", "ν"),
        "VΙΡLOAN",
        "ｖｉｐｌｏａｎ",
        "v.i.p-l o a n",
        "🅥🅘🅟loan",
        "vɩplοan",
    ],
)
def test_letters_of_other_scripts_that_look_alike_are_seen_through(text: str) -> None:
    assert folded(text)[0] == "viploan"


@pytest.mark.parametrize("end", "。！？")
def test_two_sentences_make_no_word_together(end: str) -> None:
    assert "高利贷" not in folded(f"立意很高{end}利贷双方")[0]


@given(st.text(st.characters(whitelist_categories=["Lo", "Ll", "Nd"]), max_size=60))
def test_folding_says_where_each_sign_stood(text: str) -> None:
    plain, places = folded(text)
    assert len(plain) == len(places)
    assert places == sorted(places)
    assert all(0 <= place < len(text) for place in places)
