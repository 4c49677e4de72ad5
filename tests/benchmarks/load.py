"""A caller's network as fast as it can: one process, one connection, the same request again and again."""

import http.client
import sys
import time


def main(port: str, path: str, body: str, signature: str, seconds: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=10)
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": signature}
    method = "POST" if body else "GET"
    until, count = time.perf_counter() + float(seconds), 0
    while time.perf_counter() < until:
        connection.request(method, path, body or None, headers if body else {})
        answer = connection.getresponse()
        answer.read()
        if answer.status != http.HTTPStatus.OK:
            raise SystemExit(f"answered {answer.status}")
        count += 1
    print(count)


if __name__ == "__main__":
    main(*sys.argv[1:])
