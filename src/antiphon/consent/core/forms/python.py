"""The rules as a Python function: the facts of one recording in, the code of the rule that fired out."""

from collections.abc import Callable, Sequence
from operator import attrgetter

from antiphon.consent.core.expressions import ALWAYS, And, Expr, Fact, Not, Or
from antiphon.consent.core.facts import Facts
from antiphon.consent.core.rules import RULES, Rule, check_rules

Question = Callable[[Facts], bool]


def compile_rules(rules: Sequence[Rule]) -> Callable[[Facts], int]:
    """Return the function that finds the code of the first rule that matches."""
    check_rules(rules)
    questions = [(_question(rule.when), rule.code) for rule in rules[:-1]]
    last = rules[-1].code

    def code_of(facts: Facts) -> int:
        for matches, code in questions:
            if matches(facts):
                return code
        return last

    return code_of


def _question(expr: Expr) -> Question:
    # Closures and not generated text: one decision is a microsecond either way, and this can be read.
    match expr:
        case Fact(name):
            return attrgetter(name)
        case Not(Fact(name)):
            read = attrgetter(name)
            return lambda facts: not read(facts)
        case Not(part):
            inner = _question(part)
            return lambda facts: not inner(facts)
        case And(parts) if expr != ALWAYS:
            return _every([_question(part) for part in parts])
        case Or(parts) if parts:
            return _some([_question(part) for part in parts])
        case And():
            return lambda facts: True
        case Or():
            return lambda facts: False
    raise TypeError(f"not an expression: {expr!r}")


def _every(questions: list[Question]) -> Question:
    if len(questions) == 2:
        one, other = questions
        return lambda facts: one(facts) and other(facts)
    return lambda facts: all(question(facts) for question in questions)


def _some(questions: list[Question]) -> Question:
    if len(questions) == 2:
        one, other = questions
        return lambda facts: one(facts) or other(facts)
    return lambda facts: any(question(facts) for question in questions)


code_of = compile_rules(RULES)
