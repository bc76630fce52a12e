"""What a text may never do: lead somewhere, ask for a secret, or run on. Frauds look like that; ours never do."""

import re
from collections.abc import Iterable, Iterator

LINK = re.compile(
    r"(?:[a-z][a-z0-9+.-]*://|www\.)[!-~]*|[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:cn|com|net|org|top|cc|xyz)\b[!-~]*",
    re.IGNORECASE | re.ASCII,
)
LONG_NUMBER = re.compile(  # a card or an identity number; an office's phone is shorter
    r"(?<![0-9])(?:[0-9]{14,18}[0-9Xx]|[0-9]{4}(?:[ -][0-9]{4}){3}(?:[ -]?[0-9]{1,3})?)(?![0-9])"
)
LONGEST = {"zh": 140, "en": 400}  # characters of a text before it is filled; only the Chinese goes to a phone
LONGEST_VALUE = {"zh": 80, "en": 240}  # characters of one value in words
NEVER_VALUES = {"password", "card_number", "account_number", "id_number", "phone", "link", "url"}

_CLAUSES = re.compile(r"[，。；：！？,.;:!?\n]")
_SECRETS = re.compile(
    r"卡号|账号|密码|口令|验证码|校验码|动态码|身份证号|证件号|card number|account number|identity number"
    r"|password|passcode|(?:verification |security )?\bcode\b|\bpin\b",
    re.IGNORECASE,
)
_CARD = re.compile(r"银行卡|存折|bank card|\bcard\b", re.IGNORECASE)
_ASKS = re.compile(
    r"回复|回信|短信|发送|发给|发来|发到|提供|告知|告诉|报给|报一下|说一下|上传|填|输入|录入|核对"
    r"|\breply|\banswer|\bsend|\btext\b|\bgive|\btell|\bprovide|\benter|\btype|\bfill|\bconfirm",
    re.IGNORECASE,
)
_SENDS = re.compile(
    r"回复|回信|短信|发送|发给|发来|发到|告知|报给|\breply|\bsend|\btext\b|\banswer", re.IGNORECASE
)
_NEVER = re.compile(
    r"不要|请勿|切勿|勿|千万别|别|不会|从不|绝不|不问|\bnever\b|\bnot\b|n't\b|\bno\b|\bnobody\b",
    re.IGNORECASE,
)
_TO_NOBODY = {
    "zh": re.compile(r"(?:不要|请勿|切勿|别)(?:告诉|给|转告)"),
    "en": re.compile(r"tell it to nobody|never", re.IGNORECASE),
}


def asks_for_secret(words: str) -> str:
    """The first clause that asks for a card number, a password or a code; blank if none does.

    A clause is looked at by itself: it may name a secret, and it may say never to give one.
    """
    for clause in _CLAUSES.split(words):
        if _NEVER.search(clause):
            continue
        if (_SECRETS.search(clause) and _ASKS.search(clause)) or (
            _CARD.search(clause) and _SENDS.search(clause)
        ):
            return clause.strip()
    return ""


def faults_of(words: str, language: str, *, values: Iterable[str], secret: bool) -> Iterator[str]:
    """What is wrong with a text, in sentences that say what to do."""
    if LINK.search(words):
        yield f"{language}: take out the web address."
    if clause := asks_for_secret(words):
        yield (
            f"{language}: “{clause}” asks for a card number, a password or a code; no message ever does. "
            "Ask the reader to open the site."
        )
    if len(words) > LONGEST[language]:
        yield f"{language}: {len(words)} characters; write at most {LONGEST[language]}."
    if "code" in values:
        if not secret:
            yield f"{language}: a text with {{code}} is secret; write secret = true."
        if not _TO_NOBODY[language].search(words):
            yield f"{language}: say never to pass the code on."


def without_numbers(words: str) -> str:
    """Words of others (a bank, a carrier) with each long number cut to its last four digits."""
    return LONG_NUMBER.sub(lambda number: f"…{re.sub('[ -]', '', number[0])[-4:]}", words)


def without_phones(words: str) -> str:
    """Likewise with everything that may be a phone: for what is kept in plain columns."""
    return re.sub(r"[0-9]{7,}", lambda number: f"…{number[0][-4:]}", without_numbers(words))
