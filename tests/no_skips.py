"""A pytest plugin: a run in which a test was skipped, expected to fail, or not found at all, has failed.

Loaded for every run by `addopts` in setup.cfg. Owns nothing else.
"""

from collections.abc import Generator

import pytest

_not_run = pytest.StashKey[list[str]]()


def pytest_configure(config: pytest.Config) -> None:
    """Start the list of tests that did not really run."""
    config.stash[_not_run] = []
    config.pluginmanager.register(_Watch(config.stash[_not_run]), "no-skips-watch")


class _Watch:
    """Collects what was skipped or expected to fail; under xdist the reports arrive here from the workers."""

    def __init__(self, not_run: list[str]) -> None:
        self.not_run = not_run

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A skipped or xfailed test."""
        if report.skipped or hasattr(report, "wasxfail"):
            self.not_run.append(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A whole module that skipped itself."""
        if report.skipped:
            self.not_run.append(report.nodeid)


@pytest.hookimpl(wrapper=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None]:
    """Turn a green run with skipped tests into a failed one."""
    yield
    if session.config.stash[_not_run] and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say why a run without a failed test has failed."""
    for nodeid in config.stash[_not_run]:
        terminalreporter.write_line(
            f"NOT RUN {nodeid}: skipping and expected failures are not allowed", red=True
        )
