"""Whether a definite phrase may mean somebody: "the coach" one whom the article calls a manager."""

from __future__ import annotations

from collections.abc import Iterable

from index.statements.role_phrases import holds_title
from index.statements.speakers.entities import Entity, words_of
from index.statements.speakers.mentions import Mention

# words for the same office or calling
_SAME = (
    "coach manager trainer boss skipper",
    "chairman chairwoman chairperson chair chief",
    "ceo chief executive boss head president",
    "leader head chief chair president director",
    "owner founder co-founder cofounder proprietor boss",
    "spokesman spokeswoman spokesperson official",
    "lawyer attorney solicitor barrister counsel prosecutor",
    "scientist researcher professor academic lecturer biologist ecologist epidemiologist physicist chemist geologist",
    "scientist expert researcher professor economist historian sociologist psychologist meteorologist",
    "politician senator representative congressman congresswoman governor minister mp mep councillor lawmaker",
    "player striker goalkeeper midfielder defender footballer skipper captain forward",
    "officer constable sergeant detective inspector superintendent sheriff commissioner",
    "doctor surgeon physician nurse medic",
    "journalist reporter editor author writer poet novelist",
    "actor actress star singer artist musician performer",
    "candidate nominee challenger hopeful incumbent rival opponent president-elect",
)
_SHORT = "gen general,col colonel,maj major,capt captain,lt lieutenant,sgt sergeant,sen senator,rep representative"
_SHORT += ",gov governor,prof professor,dr doctor,rev reverend,cllr councillor,insp inspector,pc constable"
_SYNONYMS = [frozenset(words.split()) for words in (*_SAME, *_SHORT.split(","))]
# what an organisation with a name that tells nothing may be called; the others ("union") have to be told of it
_ANY_BODY = frozenset(
    [
        *("company", "firm", "group", "organisation", "organization", "agency", "operator", "body", "manufacturer"),
        *("airline", "bank", "carmaker", "maker", "network", "publisher", "retailer", "utility", "club"),
    ]
)
_SAME_BODY = (
    "union guild workers brotherhood federation labor labour congress",
    "charity foundation trust fund mission society",
    "association federation league society chamber guild alliance",
    "regulator watchdog authority commission inspectorate ombudsman",
    "party democrats republicans conservatives labour greens liberals alliance",
)
_BODY_SYNONYMS = [frozenset(words.split()) for words in _SAME_BODY]


def told_of(mention: Mention, entity: Entity) -> bool:
    """Whether the phrase's last word, or another for the same, is told of the one named person.

    The rest of the phrase ("the German chancellor") must not name another place or body than the role does.
    """
    proper = {word.lower() for word in mention.name.split()[1:-1] if word[:1].isupper()}
    known = set(_all(words_of(role) for role in entity.roles)) | set(
        _all(words_of(body) for body in entity.affiliations)
    )
    return entity.name[:1].isupper() and same_calling(mention, entity) and proper <= known


def same_calling(mention: Mention, entity: Entity) -> bool:
    """Whether a role of the entity has the phrase's last word, or another for the same."""
    called = _others(mention.head, _SYNONYMS)
    return bool(called & entity.callings) or any(called & set(words_of(role)) for role in entity.roles)


def of_elsewhere(mention: Mention, entity: Entity) -> bool:
    """Whether "the Norwegian" cannot be somebody: the article calls them a "Freedonian minister"."""
    if not mention.name.split()[-1][:1].isupper():
        return False
    firsts = [role.split()[0] for role in entity.roles if not holds_title(role.split()[0])]
    return any(first[:1].isupper() and first.lower() != mention.head for first in firsts)


def names_body(head: str, entity: Entity) -> bool:
    """Whether "the union", "the company" may mean an organisation that was only named shortly before."""
    told = set(_all(words_of(words) for words in (entity.name, *entity.aliases, *entity.roles)))
    return head in _ANY_BODY or bool({f"{head}s", *_others(head, _BODY_SYNONYMS)} & told)


def _others(head: str, synonyms: Iterable[frozenset[str]]) -> set[str]:
    """The word with those that stand for the same."""
    return {head, *_all(group for group in synonyms if head in group)}


def _all(groups: Iterable[Iterable[str]]) -> Iterable[str]:
    return (word for group in groups for word in group)
