"""Takes and messages in an S3-compatible bucket, which several machines share."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from ivr.sound.store import StoreAwayError, checked, is_name

_GONE = {"404", "NoSuchKey", "NotFound"}  # not NoSuchBucket
_LOOKS = {"get_object", "head_object"}
_REGION = "us-east-1"  # what bucket services of other makers take for any region


@dataclass(frozen=True)
class BucketStore:
    """Files under `prefix` in a bucket; who may is said by the environment, as boto3 reads it.

    `endpoint` is the service's URL, "" for Amazon's own; `patience`, in seconds, is for one answer of it.
    """

    bucket: str
    prefix: str = ""
    endpoint: str = ""
    region: str = ""
    patience: float = 5.0

    def put(self, name: str, content: bytes) -> None:
        """Return once the service has confirmed the file."""
        self._ask("put_object", name, Body=content)

    def get(self, name: str) -> bytes | None:
        """Fetch it."""
        answer = self._ask("get_object", name)
        try:
            return bytes(answer["Body"].read()) if answer else None
        except BotoCoreError as error:
            raise self._away(error) from error

    def has(self, name: str) -> bool:
        """Ask for it."""
        return self._ask("head_object", name) is not None

    def written(self, name: str) -> datetime | None:
        """When the service got it."""
        answer = self._ask("head_object", name)
        return cast("datetime", answer["LastModified"]) if answer else None

    def listed(self, folder: str) -> dict[str, datetime]:
        """All that the service lists there, a thousand at a time."""
        under = f"{self.prefix}{folder}/"
        try:
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=under)
            found = [each for page in pages for each in page.get("Contents", ())]
        except (ClientError, BotoCoreError) as error:
            raise self._away(error) from error
        files = {each["Key"].removeprefix(self.prefix): each["LastModified"] for each in found}
        return {name: at for name, at in files.items() if is_name(name)}

    def delete(self, name: str) -> None:
        """Remove it, if it is there."""
        self._ask("delete_object", name)

    def _ask(self, what: str, name: str, **more: Any) -> dict[str, Any] | None:
        """The service's answer; None if it has no such file."""
        key = f"{self.prefix}{checked(name)}"
        try:
            answer: dict[str, Any] = getattr(self._client, what)(Bucket=self.bucket, Key=key, **more)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in _GONE and what in _LOOKS:
                return None
            raise self._away(error) from error
        except BotoCoreError as error:
            raise self._away(error) from error
        return answer

    def _away(self, error: Exception) -> StoreAwayError:
        return StoreAwayError(f"TAKES_URL: the bucket {self.bucket} does not answer as it should: {error}")

    @cached_property
    def _client(self) -> Any:
        limits = Config(
            connect_timeout=2,
            read_timeout=self.patience,
            retries={"max_attempts": 2, "mode": "standard"},
            max_pool_connections=8,
        )
        return boto3.session.Session().client(
            "s3",
            endpoint_url=self.endpoint or None,
            region_name=self.region or (_REGION if self.endpoint else None),
            config=limits,
        )


def read_bucket(url: str) -> BucketStore:
    """The bucket that TAKES_URL names, as the settings have checked it."""
    parts = urlsplit(url)
    asked = dict(parse_qsl(parts.query))
    prefix = parts.path.strip("/")
    return BucketStore(
        bucket=parts.hostname or "",
        prefix=f"{prefix}/" if prefix else "",
        endpoint=asked.get("endpoint", ""),
        region=asked.get("region", ""),
    )
