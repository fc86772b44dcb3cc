"""By which rules sheets are marked, and by which they were."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from grader import __version__
from grader.course import Course, Loaded
from grader.errors import CourseError
from grader.gradebook import Gradebook, Marking, Rules
from grader.jobs.marks import rules_hash


class Rulebook:
    """The rules of one assignment: those of today for each issue, and those that sheets were marked by."""

    def __init__(self, course: Course, gradebook: Gradebook, name: str) -> None:
        self.course, self.gradebook, self.name = course, gradebook, name
        self.issues = {issue.id: issue for issue in gradebook.issues(name)}
        self.today = {number: course.as_issued(name, issue.definition) for number, issue in self.issues.items()}
        self.hashes = {number: rules_hash(loaded) for number, loaded in self.today.items()}
        self.kept = gradebook.rules(name)
        self._earlier: dict[tuple[int, str], tuple[Loaded, str]] = {}

    def under(self, issue: int, rules: str = "") -> tuple[Loaded, str]:
        """The assignment as issued with the rubric that these rules had, today's without any, and the hash of that.

        The hash is another one than `rules` where templates or the program are not what they were.
        """
        base = rules.partition("+")[0]
        if base in ("", self.hashes[issue]) or base not in self.kept:
            return self.today[issue], self.hashes[issue]
        if (issue, base) not in self._earlier:
            self._earlier[issue, base] = self._compiled(issue, self.kept[base])
        return self._earlier[issue, base]

    def _compiled(self, issue: int, rules: Rules) -> tuple[Loaded, str]:
        try:
            loaded = self.course.as_issued(self.name, self.issues[issue].definition, rules.rubric)
        except CourseError:  # a template has changed so much that the old rubric does not fit it any more
            return self.today[issue], self.hashes[issue]
        return loaded, rules_hash(loaded)

    def keep(self, loaded: Loaded, rules: str) -> None:
        """Remember what these rules are."""
        if rules not in self.kept:
            made_by = Rules(loaded.rubric.definition, _templates(loaded), __version__)
            self.gradebook.add_rules(rules, self.name, made_by)
            self.kept[rules] = made_by

    def stale(self, markings: Iterable[Marking]) -> tuple[int, int, list[str]]:
        """How many sheets these are, how many of them were not marked by the rules of today, and what has changed."""
        used: Counter[tuple[int, str]] = Counter()
        for marking in markings:
            used[self.gradebook.issue_of(marking.paper), marking.rules.partition("+")[0]] += 1
        old = {(issue, base): count for (issue, base), count in used.items() if base != self.hashes[issue]}
        changes = dict.fromkeys(what for issue, base in old for what in self._changes(issue, base))
        return used.total(), sum(old.values()), list(changes)

    def _changes(self, issue: int, base: str) -> Iterator[str]:
        then, today = self.kept.get(base), self.today[issue]
        if then is None:
            yield "the rubric, a template or the program"
            return
        if then.rubric != today.rubric.definition:
            yield "the rubric"
        now = _templates(today)
        yield from (f"the template '{name}'" for name, made in then.templates.items() if now.get(name, made) != made)
        if then.program != __version__:
            yield f"the program ({then.program}, now {__version__})"


def _templates(loaded: Loaded) -> dict[str, str]:
    return {question.template.name: question.template.source for question in loaded.assignment.questions}
