"""Documents run as twilio.com/docs/voice/twiml says; every sound here lasts two seconds."""

import pytest

from ivr.telephony.exchange.leg import Go
from ivr.telephony.exchange.sounds import Media
from ivr.telephony.exchange.webhooks import Answer, Request
from tests.calls.harness import AnySound, Heard, place_call
from tests.telephony.exchange.pages import Pages


def respond(body: str) -> str:
    return f"<Response>{body}</Response>"


async def hear(pages: Pages, script: str = "", **how: object) -> Heard:
    return await place_call(pages, AnySound(2.0), script, **how)


def plays(heard: Heard) -> list[tuple[float, str]]:
    return [(each["at"], each["sound"].rpartition("/")[2]) for each in heard.of("play")]


async def test_verbs_run_from_top_to_bottom_and_the_end_hangs_up() -> None:
    pages = Pages({"/voice": respond("<Play>/a</Play><Pause length='3'/><Play loop='2'>/b</Play>")})

    heard = await hear(pages)

    assert [(0.0, "a"), (5.0, "b"), (7.0, "b")] == plays(heard)
    assert "9.0 ended completed" == heard.transcript[-1]


async def test_the_timeout_of_gather_runs_from_the_end_of_what_is_nested() -> None:
    gather = "<Gather timeout='5'><Play>/menu</Play></Gather><Play>/nothing</Play>"

    heard = await hear(Pages({"/voice": respond(gather)}))

    assert [(0.0, "menu"), (7.0, "nothing")] == plays(heard)


async def test_without_input_gather_falls_through_and_its_action_is_not_asked() -> None:
    pages = Pages(
        {"/voice": respond("<Gather action='/keys'/><Redirect>/next</Redirect>"), "/next": respond("")}
    )

    await hear(pages)

    assert ["/voice", "/next"] == pages.paths


async def test_an_empty_result_is_reported_when_asked_for() -> None:
    pages = Pages(
        {
            "/voice": respond(
                "<Gather action='/keys' actionOnEmptyResult='true'/><Redirect>/next</Redirect>"
            ),
            "/keys": respond(""),
        }
    )

    await hear(pages)

    assert "" == pages.of("/keys")[0]["Digits"]


async def test_the_nth_key_submits_and_later_verbs_are_unreachable() -> None:
    pages = Pages(
        {"/voice": respond("<Gather action='/keys' numDigits='3'/><Play>/late</Play>"), "/keys": respond("")}
    )

    heard = await hear(pages, "1234")

    assert "123" == pages.of("/keys")[0]["Digits"]
    assert [] == plays(heard)


async def test_the_finish_key_submits_and_is_no_digit() -> None:
    pages = Pages({"/voice": respond("<Gather action='/keys'/>"), "/keys": respond("")})

    await hear(pages, "12#")

    assert "12" == pages.of("/keys")[0]["Digits"]


async def test_the_finish_key_alone_falls_through() -> None:
    pages = Pages({"/voice": respond("<Gather action='/keys'/><Play>/nothing</Play>")})

    heard = await hear(pages, "#")

    assert [(0.0, "nothing")] == plays(heard)


async def test_an_empty_finish_key_makes_hash_an_ordinary_key() -> None:
    pages = Pages(
        {"/voice": respond("<Gather action='/keys' finishOnKey='' numDigits='1'/>"), "/keys": respond("")}
    )

    await hear(pages, "#")

    assert "#" == pages.of("/keys")[0]["Digits"]


async def test_the_timeout_runs_anew_from_the_last_key() -> None:
    pages = Pages(
        {"/voice": respond("<Gather action='/keys' timeout='4'/>"), "/keys": respond("<Play>/done</Play>")}
    )

    heard = await hear(pages, "w3,7")

    assert [(7.0, "done")] == plays(heard)


async def test_gather_without_action_asks_the_present_url_again() -> None:
    class Twice(Pages):
        async def send(self, request: Request) -> Answer:
            answer = await super().send(request)
            self.documents = {"/voice": respond("")}
            return answer

    pages = Twice({"/voice": respond("<Gather numDigits='1'/>")})

    await hear(pages, "5")

    assert [None, "5"] == [each.get("Digits") for each in pages.of("/voice")]


async def test_reject_does_not_answer() -> None:
    heard = await hear(Pages({"/voice": respond("<Reject reason='busy'/>")}))

    assert [] == heard.of("answered")
    assert "busy" == heard.of("ended")[0]["why"]


async def test_ten_redirects_without_a_sound_are_the_most() -> None:
    pages = Pages({"/voice": respond("<Redirect>/voice</Redirect>")})

    heard = await hear(pages)

    assert 11 == len(pages.asked)
    assert 11215 == heard.of("error")[0]["code"]


@pytest.mark.parametrize("between", ["<Play>/a</Play>", "<Pause/>", "<Gather timeout='1'/>"])
async def test_redirects_with_something_between_them_may_go_on(between: str) -> None:
    documents = {f"/{each}": respond(f"{between}<Redirect>/{each + 1}</Redirect>") for each in range(20)}
    pages = Pages({**documents, "/voice": respond("<Redirect>/0</Redirect>"), "/20": respond("")})

    heard = await hear(pages, "w,w,w,w,w,w,w,w,w,w,w,w,w,w,w,w,w,w,w,w,w")

    assert [] == heard.of("error")
    assert "/20" == pages.paths[-1]


async def test_a_broken_document_is_shown_and_the_fallback_goes_on() -> None:
    pages = Pages({"/voice": "<Response><Plai/></Response>", "/fallback": respond("<Play>/sorry</Play>")})

    heard = await hear(pages, fallback=Go("http://helpline.test/fallback", "GET"))

    assert (12200, "<Response><Plai/></Response>") == (
        heard.of("error")[0]["code"],
        heard.of("error")[0]["document"],
    )
    assert ("GET", "12200") == (pages.asked[1].method, pages.asked[1].url.split("ErrorCode=")[1][:5])
    assert [(0.0, "sorry")] == plays(heard)


async def test_without_a_fallback_a_broken_document_is_apologised_for() -> None:
    heard = await hear(Pages({"/voice": "not xml"}))

    assert (12100, "not xml") == (heard.of("error")[0]["code"], heard.of("error")[0]["document"])
    assert ["We are sorry, an application error has occurred. Goodbye."] == heard.played
    assert "completed" == heard.of("ended")[0]["why"]


async def test_a_sound_that_is_not_there_is_an_error_of_its_document() -> None:
    class NoSound(AnySound):
        async def fetch(self, url: str) -> Media:
            media = await super().fetch(url)
            return type(media)(404, media.content_type, media.cache_control, media.body)

    document = respond("<Play>/gone</Play>")

    heard = await place_call(Pages({"/voice": document}), NoSound())

    assert (11200, document) == (heard.of("error")[0]["code"], heard.of("error")[0]["document"])


async def test_a_key_ends_the_recording_and_is_told() -> None:
    pages = Pages({"/voice": respond("<Record action='/done' finishOnKey='#'/>"), "/done": respond("")})

    await hear(pages, "#")

    [done] = pages.of("/done")
    assert ("#", "4") == (done["Digits"], done["RecordingDuration"])
    assert done["RecordingUrl"].endswith(done["RecordingSid"])


async def test_other_keys_do_not_end_the_recording() -> None:
    pages = Pages(
        {"/voice": respond("<Record action='/done' finishOnKey='#' maxLength='9'/>"), "/done": respond("")}
    )

    await hear(pages, "12")

    assert ("", "9") == (pages.of("/done")[0]["Digits"], pages.of("/done")[0]["RecordingDuration"])


async def test_hanging_up_while_recording_still_hands_over_the_recording() -> None:
    pages = Pages({"/voice": respond("<Record action='/done'/>"), "/done": respond("<Play>/unheard</Play>")})

    heard = await hear(pages, "w2,h")

    assert ("hangup", "2") == (pages.of("/done")[0]["Digits"], pages.of("/done")[0]["RecordingDuration"])
    assert [] == plays(heard)


async def test_the_recordings_status_is_reported_when_it_can_be_fetched() -> None:
    record = "<Record action='/done' recordingStatusCallback='/recorded'/>"
    pages = Pages({"/voice": respond(record), "/done": respond("<Pause length='3'/>"), "/recorded": ""})

    await hear(pages, "1")

    assert "completed" == pages.of("/recorded")[0]["RecordingStatus"]
    assert pages.of("/done")[0]["RecordingSid"] == pages.of("/recorded")[0]["RecordingSid"]


@pytest.mark.parametrize("inside", ["<Dial>+12025550101</Dial>", "<Record/>", "<Enqueue>q</Enqueue>"])
async def test_in_a_queue_only_some_verbs_are_allowed(inside: str) -> None:
    pages = Pages({"/voice": respond("<Enqueue waitUrl='/wait'>q</Enqueue>"), "/wait": respond(inside)})

    heard = await hear(pages)

    assert heard.of("error")[0]["code"] in {12200, 13201}


async def test_a_caller_who_leaves_the_queue_goes_on_with_the_action() -> None:
    pages = Pages(
        {
            "/voice": respond("<Enqueue waitUrl='/wait' action='/left'>q</Enqueue>"),
            "/wait": respond("<Gather numDigits='1' action='/leave'><Play>/hold</Play></Gather>"),
            "/leave": respond("<Leave/>"),
            "/left": respond("<Play>/back</Play>"),
        }
    )

    heard = await hear(pages, "1", impatient_queue=True)

    assert "leave" == pages.of("/left")[0]["QueueResult"]
    assert ("1", "0") == (pages.of("/wait")[0]["QueuePosition"], pages.of("/wait")[0]["QueueTime"])
    assert "back" == plays(heard)[-1][1]


async def test_wait_documents_are_asked_for_again_and_again() -> None:
    pages = Pages(
        {
            "/voice": respond("<Enqueue waitUrl='/wait'>q</Enqueue>"),
            "/wait": respond("<Gather timeout='1'><Play>/hold</Play></Gather>"),
        }
    )

    heard = await hear(pages, "w,w,h", impatient_queue=True)

    assert [0.0, 3.0, 6.0] == [at for at, _ in plays(heard)]
