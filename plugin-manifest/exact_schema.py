"""What callers of remove_contacts write, and what this version of it writes, as complete schemas.

The manifest's own schemas are loose: a bad id is reported, not refused, and a later version may say more in a result.
Types are generated from the exact ones, and the tests hold the results of all vectors to them.
"""

import copy

COUNTS_OF_A_SEQUENCE = ["unique", "confirmed", "refused", "unknown", "unsent", "removed"]
ID = {"type": "string"}


def exact_input(schema):
    """The input schema for a caller whose ids are strings."""
    schema = copy.deepcopy(schema)
    for part in (schema, schema["properties"]["removals"]["items"]):
        members = part["properties"]
        members["sequenceId"] = {**ID, **(members["sequenceId"] if members["sequenceId"] is not True else {})}
        members["contactIds"]["items"] = ID
    return schema


def exact_output(schema):
    """The output schema with every member required, all counts named, and nothing else allowed."""
    schema = copy.deepcopy(schema)
    sequence = schema["properties"]["sequences"]["items"]
    sequence["properties"].update({name: sequence["additionalProperties"] for name in COUNTS_OF_A_SEQUENCE})
    sequence["additionalProperties"] = False
    schema["$defs"]["groups"]["properties"]["removals"]["items"]["properties"]["contactIds"]["items"] = ID

    def tighten(part):
        if not isinstance(part, dict):
            return
        if "properties" in part:
            part["required"] = sorted(part["properties"])
            part["additionalProperties"] = False
        if part.get("type") == "integer":
            part["minimum"] = 0
        for keyword in ("properties", "$defs"):
            for inner in part.get(keyword, {}).values():
                tighten(inner)
        tighten(part.get("items"))

    tighten(schema)
    schema["properties"]["invalidIds"]["items"]["required"].remove("contacts")  # only if contact is null
    return schema
