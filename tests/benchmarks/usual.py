"""What is usually written for such a call: Flask, the SDK's validator and its VoiceResponse."""

import os

from flask import Flask, Response, abort, request
from twilio.request_validator import RequestValidator
from twilio.twiml.voice_response import Gather, VoiceResponse

SOUNDS = ("welcome", "overdose", "counsellor", "safer", "treatment", "again")


def usual() -> Flask:
    """One turn as ours: a menu of six sounds, and back to it; no state, no journal, no roster."""
    app = Flask(__name__)
    public = os.environ["PUBLIC_URL"]
    validator = RequestValidator(os.environ["TWILIO_AUTH_TOKEN"])

    @app.post("/voice")
    @app.post("/voice/<path:state>")
    def voice(state: str = "menu") -> Response:
        signature = request.headers.get("X-Twilio-Signature", "")
        if not validator.validate(f"{public}{request.path}", request.form, signature):
            abort(403)
        answer = VoiceResponse()
        action = f"{public}/voice/{state}"
        gather = Gather(num_digits=1, timeout=5, action=action, action_on_empty_result=True)
        for name in SOUNDS:
            gather.play(f"{public}/audio/en/{name}.wav")
        answer.append(gather)
        answer.redirect(action)
        return Response(str(answer), content_type="text/xml")

    return app
