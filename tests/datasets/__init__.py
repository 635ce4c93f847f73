"""A tiny tree for each layout."""


def touch(folder, *names):
    """Make empty files, with the folders that they need."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def by_name(records):
    """Records by the video's name."""
    return {record.video: record for record in records}


def reasons(problems):
    """Reasons by the problem's name."""
    return {problem.name: problem.reason for problem in problems}
