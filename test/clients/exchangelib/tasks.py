"""Tasks as exchangelib has them: recurring ones, their occurrences, completing, reminders, flags of what is to be done."""

import datetime

from exchangelib import EWSDate, EWSDateTime, Task, UTC
from exchangelib.recurrence import DailyPattern, MonthlyRegeneration, TaskRecurrence, WeeklyPattern
from opened import open_account

from checks import check

mary = open_account("mary@contoso.test")


def made(subject, **fields):
    item = Task(account=mary, folder=mary.tasks, subject=subject, **fields).save()
    return again(item)


def again(item):
    return mary.tasks.get(id=item.id)


def completed(item):
    item.complete()
    return item


today = datetime.datetime.now(datetime.timezone.utc).date()
plain = check("a task with work and dates", lambda: made("Plain", start_date=EWSDate(2026, 12, 1), due_date=EWSDate(2026, 12, 24), total_work=120, actual_work=30, mileage="12 km", billing_information="B1", companies=["Acme"], contacts=["Ann"]))
check("its dates", lambda: (plain.start_date, plain.due_date) == (EWSDate(2026, 12, 1), EWSDate(2026, 12, 24)))
check("its work", lambda: (plain.total_work, plain.actual_work, plain.mileage, plain.billing_information) == (120, 30, "12 km", "B1"))
check("its companies and contacts", lambda: (plain.companies, plain.contacts) == (["Acme"], ["Ann"]))
check("it is nobody's assignment", lambda: (plain.delegation_state, plain.is_team_task, plain.is_recurring) == ("NoMatch", False, False))
check("it is completed", lambda: again(completed(plain)).percent_complete == 100)
check("when it was completed is known", lambda: again(plain).complete_date is not None)

daily = check("a recurring task", lambda: made("Daily", recurrence=TaskRecurrence(pattern=DailyPattern(interval=2), start=EWSDate(2026, 12, 1), number=3)))
check("it is due where it begins", lambda: (daily.is_recurring, daily.due_date) == (True, EWSDate(2026, 12, 1)))
check("its pattern", lambda: (daily.recurrence.pattern.interval, daily.recurrence.boundary.number) == (2, 3))
check("an occurrence is completed", lambda: made and completed(again(daily)).subject == "Daily")
check("a completed one is left", lambda: [t.is_complete for t in mary.tasks.filter(subject="Daily", is_recurring=False)] == [True])
check("the next one is due", lambda: (again(daily).due_date, again(daily).recurrence.boundary.number, again(daily).change_count) == (EWSDate(2026, 12, 3), 2, 2))

monthly = check("a regenerating task", lambda: made("Monthly", recurrence=TaskRecurrence(pattern=MonthlyRegeneration(interval=1), start=EWSDate(2026, 1, 1))))
check("it regenerates", lambda: isinstance(monthly.recurrence.pattern, MonthlyRegeneration))
check("it comes again after today", lambda: completed(again(monthly)) and 27 <= (again(monthly).due_date - today).days <= 32)

weekly = check("on some days of the week", lambda: made("Weekly", recurrence=TaskRecurrence(pattern=WeeklyPattern(interval=1, weekdays=["Monday", "Thursday"]), start=EWSDate(2026, 12, 1), end=EWSDate(2027, 1, 31))))
check("it begins on the first of them", lambda: weekly.due_date == EWSDate(2026, 12, 3))

rings = EWSDateTime(2026, 12, 1, 8, 0, tzinfo=UTC)
reminding = check("a task with a reminder", lambda: made("Reminds", reminder_is_set=True, reminder_due_by=rings))
check("it rings then", lambda: (reminding.reminder_is_set, reminding.reminder_due_by) == (True, rings))
check("it rings no more when it is done", lambda: again(completed(again(reminding))).reminder_is_set is False)
check("all are deleted", lambda: [t.delete() for t in list(mary.tasks.filter(subject__in=["Daily", "Monthly", "Weekly"]))] and mary.tasks.filter(subject="Daily").count() == 0)
