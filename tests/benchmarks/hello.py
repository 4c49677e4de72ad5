"""The least that Flask can do, to measure against."""

from flask import Flask


def hello() -> Flask:
    app = Flask(__name__)
    app.add_url_rule("/hello", "hello", lambda: "hello")
    return app
