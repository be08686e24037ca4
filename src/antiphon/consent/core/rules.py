"""The rules: what the gate answers, in the order of the design, and in which words.

The first rule that matches wins, and the last one denies. Everything that decides (one track, a million, a query, a
proof) is compiled from this list by `forms`. The words hang on the rule and are never worked out a second time; they
are English, and whoever shows them says them in the reader's language.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from antiphon.consent.core.expressions import ALWAYS, NEVER, Expr, Fact, facts_in, settle
from antiphon.consent.core.facts import NAMES


@dataclass(frozen=True)
class Rule:
    """One line of policy.

    `words` are for the holders and may name them: %(name)s, %(day)s and %(names)s are the statements that made it.
    `public_words` are for everybody else, and name nobody. `change` says what would turn the answer around, and `cure`
    is the fact that this flips; without one, nothing does.
    """

    code: int  # written into logs and arrays: never used again for another rule
    slug: str
    allows: bool
    when: Expr
    words: str
    public_words: str
    change: str
    cure: str = ""

    @cached_property
    def names_people(self) -> bool:
        return "%(" in self.words


RULES: tuple[Rule, ...] = (
    Rule(
        1,
        "unknown.purpose",
        False,
        ~Fact("known_purpose"),
        "This is not one of the sixteen uses that anybody was asked about, so it is a no.",
        "This is not one of the sixteen uses that anybody was asked about, so it is a no.",
        "Nothing: ask for one of the sixteen uses instead.",
    ),
    Rule(
        2,
        "unknown.actor",
        False,
        ~Fact("known_actor"),
        "Nobody here knows who is asking, so it is a no.",
        "Nobody here knows who is asking, so it is a no.",
        "Whoever asks is entered in the register first.",
        cure="known_actor",
    ),
    Rule(
        3,
        "unknown.terms",
        False,
        ~Fact("known_terms"),
        "We do not have the terms this was uploaded under, so it is a no.",
        "We do not have the terms this was uploaded under, so it is a no.",
        "The terms that were accepted at upload are found again.",
        cure="known_terms",
    ),
    Rule(
        4,
        "unknown.facts",
        False,
        ~Fact("complete"),
        "Something we must know about this recording is missing, so it is a no.",
        "Something we must know about this recording is missing, so it is a no.",
        "What is missing is entered again.",
        cure="complete",
    ),
    Rule(
        5,
        "withdrawn",
        False,
        Fact("withdrawn"),
        "It has been withdrawn from this place, and nothing here may use it.",
        "It has been withdrawn from this place, and nothing here may use it.",
        "It is published here again.",
        cure="withdrawn",
    ),
    Rule(
        6,
        "service",
        True,
        # The pair keeps this place safe. For anybody else it is a use like any other.
        Fact("constant") & ~Fact("outsider"),
        "This keeps the place safe for you and for others, and is used for nothing else.",
        "This keeps the place safe, and is used for nothing else.",
        "It cannot be switched off while the track is here; withdrawing the track ends it.",
        cure="withdrawn",
    ),
    Rule(
        7,
        "hard.label",
        False,
        Fact("label_barred"),
        "A label delivered this music: it never enters a model or an answer machine, whoever says yes.",
        "A label delivered this music: it never enters a model or an answer machine, whoever says yes.",
        "Nothing: this lock has no key.",
    ),
    Rule(
        8,
        "sealed",
        False,
        Fact("sealed"),
        "%(name)s sealed it on %(day)s: never for models.",
        "It is sealed: never for models.",
        "All holders together open the seal, and 30 public days go by.",
        cure="sealed",
    ),
    Rule(
        9,
        "match.unresolved",
        False,
        Fact("match_unresolved"),
        "A stretch of it sounds like music whose holders said no to this. That no counts until a person has looked.",
        "A stretch of it sounds like music whose holders said no to this. That no counts until a person has looked.",
        "A person looks at the match and resolves it.",
        cure="match_unresolved",
    ),
    Rule(
        10,
        "holder.no",
        False,
        Fact("any_no"),
        "%(name)s said no on %(day)s. One no is enough.",
        "Somebody with rights in it said no. One no is enough.",
        "Everyone who said no takes it back.",
        cure="any_no",
    ),
    Rule(
        11,
        "terms.forbid",
        False,
        Fact("terms_forbid"),
        "The terms it was uploaded under forbid this use.",
        "The terms it was uploaded under forbid this use.",
        "Every holder accepts terms that do not forbid it.",
        cure="terms_forbid",
    ),
    Rule(
        12,
        "no.licence",
        False,
        (Fact("asks") | (Fact("outsider") & Fact("guarded"))) & ~Fact("covered"),
        "%(name)s wants to be asked first, and no licence covers who asks, what for and when.",
        "This needs a licence, and none covers who asks, what for and when.",
        "Whoever asks gets a licence for this use and this time, and everyone with rights in it agrees.",
        cure="covered",
    ),
    Rule(
        13,
        "consent.all",
        True,
        # A licence is its holder's yes, for that actor and time; `covered` says that all the others said yes too.
        Fact("all_yes") | Fact("covered"),
        "Everyone with rights in it said yes: %(names)s.",
        "Everyone with rights in it said yes.",
        "One no, from any of them, at any time.",
        cure="any_no",
    ),
    Rule(
        14,
        "no.consent",
        False,
        ALWAYS,
        "There is no yes from %(names)s. Without a yes from everyone it is a no.",
        "Not everyone with rights in it has said yes, and without that it is a no.",
        "Everyone with rights in it says yes.",
        cure="all_yes",
    ),
)
BY_CODE = {rule.code: rule for rule in RULES}
BY_RULE = {rule.slug: rule for rule in RULES}
ALLOWING = frozenset(rule.code for rule in RULES if rule.allows)

# For holders only: that a performer is a minor is nobody else's to know, so everybody else reads the rule's own words.
MINOR_CHANGE = "Nothing, while a performer is a minor: nobody can give this yes for them."


def check_rules(rules: Sequence[Rule]) -> None:
    """Raise ValueError for a list that could end without an answer, has two rules of one name, or asks for no fact."""
    if not rules or rules[-1].when != ALWAYS or rules[-1].allows:
        raise ValueError("the last rule must match always, and deny")
    if len({rule.code for rule in rules}) < len(rules) or len({rule.slug for rule in rules}) < len(rules):
        raise ValueError("two rules with one code or slug")
    if not all(0 < rule.code < 256 for rule in rules):
        raise ValueError("a code must fit into a byte, and 0 is kept for none")
    for rule in rules:
        strange = {*facts_in(rule.when), *([rule.cure] if rule.cure else [])} - set(NAMES)
        if strange:
            raise ValueError(f"{rule.slug} asks for facts that are not there: {', '.join(sorted(strange))}")


def settled(rules: Sequence[Rule], known: dict[str, bool]) -> list[Rule]:
    """The rules that are still open once some facts are known, ending with the one that then always matches."""
    left = []
    for rule in rules:
        when = settle(rule.when, known)
        if when == NEVER:
            continue
        left.append(replace(rule, when=when))
        if when == ALWAYS:
            break
    return left


check_rules(RULES)
