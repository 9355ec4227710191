"""What holds for every result of remove_contacts, beyond what its JSON Schema can say."""

import exact_schema


def ids_in(groups):
    return sum(len(removal["contactIds"]) for removal in groups["removals"])


def account_problems(result, causes):
    """The contradictions between the counts, lists and causes of a result, each as a sentence."""
    found = []

    def expect(holds, text):
        if not holds:
            found.append(text)

    get = result.__getitem__
    unconfirmed = get("refused") + get("unknown") + get("unsent")
    expect(get("requested") == get("invalid") + get("duplicates") + get("unique"), "requested does not add up")
    expect(get("unique") == get("confirmed") + unconfirmed, "unique does not add up")
    expect(get("removed") <= get("confirmed"), "more removed than confirmed")
    expect(get("retries") <= get("requests"), "more retries than requests")
    for cause in [error["cause"] for error in get("errors")] + [get("stoppedBy")]:
        expect(cause is None or cause in causes, f"{cause} is not a cause")
    for position in get("invalidIds"):
        expect((position["contact"] is None) == ("contacts" in position), "contacts belongs to a bad sequence id")
    if get("stoppedBy") == "internal":
        return found  # out of memory: the lists may have been left out

    for count in exact_schema.COUNTS_OF_A_SEQUENCE:
        expect(get(count) == sum(each[count] for each in get("sequences")), f"{count} of the sequences does not add up")
    expect(ids_in(get("remaining")) == get("unknown") + get("unsent"), "remaining does not hold all that remains")
    expect(ids_in(get("refusedIds")) == get("refused"), "refusedIds does not hold all that was refused")
    lost = sum(position.get("contacts", 1) for position in get("invalidIds"))
    expect(lost == get("invalid"), "invalidIds does not explain invalid")
    for name in ("remaining", "refusedIds"):
        for removal in get(name)["removals"]:
            error = removal["error"]
            expect(error is None or error < len(get("errors")), f"{name} names an error that does not exist")
            expect((removal["outcome"] == "refused") == (name == "refusedIds"), f"{name} has {removal['outcome']}")
    return found
