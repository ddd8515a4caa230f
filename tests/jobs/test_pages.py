"""The pages of jobs: who sees what, words for failures, cancelling and asking again."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from jobs import running, targets
from jobs.models import Job, JobState
from jobs.targets import register_target

from .conftest import Ask

pytestmark = pytest.mark.django_db


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def done(job: Job) -> Job:
    running.run(job.pk)
    job.refresh_from_db()
    return job


def page(client: Client, name: str, *args: object, **query: str) -> str:
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_history_shows_running_and_ended_jobs(ask: Ask, oli: User) -> None:
    done(ask(target_id=1, target_name="web01"))
    ask("test.wait", target_id=2, target_name="db01")
    text = page(as_(oli), "jobs:list")
    assert "Note web01" in text
    assert "Wait db01" in text


def test_an_empty_history_says_what_will_be_there(oli: User) -> None:
    assert "Nothing done yet" in page(as_(oli), "jobs:list")


def test_filters_leave_out_the_rest(ask: Ask, oli: User) -> None:
    done(ask(target_id=1, target_name="web01"))
    done(ask("test.fail", target_id=2, target_name="db01"))
    for query, seen, unseen in (
        ({"state": "failed"}, "db01", "web01"),
        ({"kind": "test.note"}, "web01", "db01"),
        ({"q": "web"}, "web01", "db01"),
        ({"target": "thing:2"}, "db01", "web01"),
        ({"q": "nobody"}, "Nothing fits", "web01"),
        ({"since": "nonsense", "state": "odd", "page": "x"}, "web01", "Nothing fits"),
    ):
        text = page(as_(oli), "jobs:list", **query)
        assert seen in text
        assert unseen not in text


def test_a_list_of_many_jobs_costs_the_same_queries(
    ask: Ask, oli: User, django_assert_max_num_queries: object
) -> None:
    for number in range(60):
        done(ask(target_id=number))
    client = as_(oli)
    page(client, "jobs:list")
    with django_assert_max_num_queries(22):  # type: ignore[operator]
        page(client, "jobs:list")


def test_a_failure_is_in_plain_words_with_what_to_do_next(ask: Ask, oli: User) -> None:
    job = done(ask("test.fail"))
    text = page(as_(oli), "jobs:detail", job.pk)
    assert "The pool has no space left." in text
    assert "Free space in the pool" in text


def test_libvirts_words_are_for_administrators(ask: Ask, oli: User, ada: User) -> None:
    job = done(ask("test.fail"))
    for name, args in (("jobs:detail", [job.pk]), ("jobs:list", []), ("jobs:drawer", [])):
        assert "/srv/pool" not in page(as_(oli), name, *args)
    assert "/srv/pool: ENOSPC" in page(as_(ada), "jobs:detail", job.pk)


def test_the_page_of_a_job_shows_the_virsh_words(ask: Ask, oli: User) -> None:
    assert "virsh version" in page(as_(oli), "jobs:detail", done(ask()).pk)


def test_a_stranger_sees_and_changes_nothing(ask: Ask, sam: User) -> None:
    job = ask("test.wait")
    client = as_(sam)
    for name in ("jobs:detail", "jobs:line"):
        assert client.get(reverse(name, args=[job.pk])).status_code == 404
    for name in ("jobs:cancel", "jobs:retry"):
        assert client.post(reverse(name, args=[job.pk])).status_code == 404
    assert "web01" not in page(client, "jobs:list")
    assert "web01" not in page(client, "jobs:drawer")
    assert "No jobs" in page(client, "jobs:pill")


def test_one_who_only_looks_cannot_cancel(ask: Ask, vera: User) -> None:
    job = ask("test.wait", audiences=[f"user-{vera.pk}"])
    client = as_(vera)
    assert reverse("jobs:cancel", args=[job.pk]) not in page(client, "jobs:detail", job.pk)
    assert client.post(reverse("jobs:cancel", args=[job.pk])).status_code == 403


def test_who_asked_can_cancel(ask: Ask, oli: User) -> None:
    job = ask("test.wait")
    client = as_(oli)
    assert reverse("jobs:cancel", args=[job.pk]) in page(client, "jobs:detail", job.pk)
    answer = client.post(reverse("jobs:cancel", args=[job.pk]))
    assert answer["Location"] == reverse("jobs:detail", args=[job.pk])
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED


def test_cancelling_by_htmx_answers_with_a_toast(ask: Ask, oli: User) -> None:
    url = reverse("jobs:cancel", args=[ask("test.wait").pk])
    answer = as_(oli).post(url, headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert "toast" in answer["HX-Trigger"]


def test_cancelling_leads_back_only_to_our_own_pages(ask: Ask, oli: User) -> None:
    client = as_(oli)
    for number, (back, ours) in enumerate({"/jobs/": True, "https://evil.example/": False}.items()):
        job = ask("test.wait", target_id=number)
        answer = client.post(reverse("jobs:cancel", args=[job.pk]), {"next": back})
        assert (answer["Location"] == back) is ours


def test_get_changes_nothing(ask: Ask, oli: User) -> None:
    assert as_(oli).get(reverse("jobs:cancel", args=[ask().pk])).status_code == 405


def test_try_again_is_offered_where_the_room_of_the_target_can(
    ask: Ask, oli: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = done(ask("test.fail"))
    url = reverse("jobs:retry", args=[job.pk])
    assert url not in page(as_(oli), "jobs:detail", job.pk)
    monkeypatch.setattr(targets, "_TARGETS", {})
    register_target("thing", retry=lambda job, by: ask(job.kind), link=lambda job: "/there/")
    text = page(as_(oli), "jobs:detail", job.pk)
    assert url in text
    assert 'href="/there/"' in text
    assert as_(oli).post(url).status_code == 302
    assert Job.objects.count() == 2


def test_the_pill_counts_what_goes_on(ask: Ask, oli: User) -> None:
    ask(target_id=1)
    ask(target_id=2)
    done(ask(target_id=3))
    assert "2 jobs" in page(as_(oli), "jobs:pill")


def test_the_drawer_names_what_goes_on_first(ask: Ask, oli: User) -> None:
    done(ask(target_id=1, target_name="web01"))
    ask("test.wait", target_id=2, target_name="db01")
    text = page(as_(oli), "jobs:drawer")
    assert text.index("db01") < text.index("web01")


def test_words_are_those_of_the_reader(ask: Ask, oli: User) -> None:
    job = done(ask("test.fail", target_name="<b>web</b>"))
    text = page(as_(oli), "jobs:detail", job.pk)
    assert "<b>web</b>" not in text
    assert "&lt;b&gt;web" in text


def test_the_record_is_for_administrators(ask: Ask, oli: User, ada: User) -> None:
    done(ask())
    assert as_(oli).get(reverse("jobs:record")).status_code == 403
    text = page(as_(ada), "jobs:record", check="1")
    assert "The chain holds: 5 lines." in text  # asked, done, oli came, was refused, ada came
    assert "test.note" in text
