"""The language of one request says nothing about the next one of the same thread."""

from concurrent.futures import ThreadPoolExecutor

from flask import Flask
from flask.testing import FlaskClient

from tests.builders import Province


def test_who_reads_english_leaves_no_english_to_the_next(app: Flask, province: Province) -> None:
    assert province.member
    english, other = FlaskClient(app), FlaskClient(app)
    english.set_cookie("language", "en")
    with ThreadPoolExecutor(1) as thread:  # as a server's: it knows nothing of the test's own context
        for client, words in ((english, "Sign in"), (other, "Đăng nhập")) * 2:
            assert words in thread.submit(client.get, "/sign-in").result().text
        thread.submit(english.get, "/nowhere").result()
        assert 'lang="vi"' in thread.submit(other.get, "/nowhere").result().text
