#!/usr/bin/python3
"""Says what is wrong with manifests of action modules: check_manifest.py FILE...

The rules are those of manifest.schema.json beside this file, and those below, which tie one member to another. Each
problem is one line, `file: place: rule: what is wrong`; the place is a JSON Pointer (RFC 6901), the rule a keyword of
JSON Schema or the name of a rule below. Exit code 0: none found, 1: some, 2: called wrongly.

Needs the Python package jsonschema, 4.0 or later.
"""

import json
import pathlib
import re
import sys
from typing import NamedTuple

from jsonschema import Draft202012Validator

SCHEMA_FILE = pathlib.Path(__file__).resolve().parent / "manifest.schema.json"


class Problem(NamedTuple):
    place: str  # JSON Pointer into the manifest; "" is all of it
    rule: str
    text: str


def twice(names):
    return sorted({name for name in names if names.count(name) > 1})


def members_once(pairs):
    """An object's members. A duplicate is refused, since readers differ in which of the two they use."""
    names = [name for name, _ in pairs]
    if twice(names):
        raise ValueError(f"duplicate member: {', '.join(twice(names))}")
    return dict(pairs)


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file, object_pairs_hook=members_once)


def pointer(parts):
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def schema_problems(document, schema):
    """What `schema` says against `document`."""
    return [
        Problem(pointer(error.absolute_path), error.validator, error.message)
        for error in Draft202012Validator(schema).iter_errors(document)
    ]


def embedded_problems(manifest):
    """What is wrong with the JSON Schemas of inputs and outputs as such.

    manifest.schema.json says the same by a reference to the meta-schema, whose dynamic references not every release of
    the library follows from there."""
    actions = manifest.get("actions") if isinstance(manifest, dict) else None
    for index, action in enumerate(actions if isinstance(actions, list) else []):
        for part in ("input", "output"):
            document = action.get(part) if isinstance(action, dict) else None
            schema = document.get("schema") if isinstance(document, dict) else None
            if isinstance(schema, dict):
                for problem in schema_problems(schema, Draft202012Validator.META_SCHEMA):
                    yield Problem(f"/actions/{index}/{part}/schema{problem.place}", "schema-is-valid", problem.text)


def subschemas(schema, path=()):
    """Each schema within a JSON Schema, with the path to it."""
    if not isinstance(schema, dict):
        return
    yield path, schema
    for keyword in ("properties", "patternProperties", "$defs", "dependentSchemas"):
        for name, inner in schema.get(keyword, {}).items():
            yield from subschemas(inner, (*path, keyword, name))
    for keyword in ("items", "additionalProperties", "contains", "not", "if", "then", "else", "propertyNames"):
        yield from subschemas(schema.get(keyword), (*path, keyword))
    for keyword in ("oneOf", "anyOf", "allOf", "prefixItems"):
        for index, inner in enumerate(schema.get(keyword, [])):
            yield from subschemas(inner, (*path, keyword, index))


def resolves(root, reference):
    """Whether a reference of a schema leads to a place inside it."""
    if not reference.startswith("#"):
        return False
    place = root
    for part in reference[1:].split("/")[1:]:
        part = part.replace("~1", "/").replace("~0", "~")
        if not isinstance(place, dict) or part not in place:
            return False
        place = place[part]
    return True


def document_problems(document, place):
    """The rules within actions[].input or .output."""
    root = document["schema"]
    whole = True
    for path, schema in subschemas(root):
        here = pointer((*place, "schema", *path))
        if "$ref" in schema and not resolves(root, schema["$ref"]):
            whole = False
            yield Problem(here, "reference-inside", f"{schema['$ref']} is not a place in this schema")
        elif "default" in schema and schema_problems(schema["default"], {**schema, "$defs": root.get("$defs", {})}):
            yield Problem(here, "default-is-valid", "the default does not match the schema it is in")
        if schema.get("minimum", 0) > schema.get("maximum", float("inf")):
            yield Problem(here, "range-not-empty", "the minimum is above the maximum")
    if whole:
        for problem in schema_problems(document["sample"], root):
            yield Problem(pointer((*place, "sample")) + problem.place, "sample-is-valid", problem.text)


def errors_problems(errors, place):
    """The rules of actions[].errors: no row that can never be reached."""
    seen = set()
    for index, row in enumerate(errors):
        keys = {(status, row.get("code")) for status in row.get("status", [None])}
        hidden = {key for key in keys if {key, (key[0], None), (None, None)} & seen}
        if hidden:
            yield Problem(pointer((*place, index)), "row-is-reached", f"rows before it match {sorted(hidden, key=str)}")
        seen |= keys


def link_problems(manifest):
    """The rules that tie members of a manifest to each other."""
    connections = {connection["id"]: connection for connection in manifest["connections"]}
    for name in twice([connection["id"] for connection in manifest["connections"]]):
        yield Problem("/connections", "ids-differ", f"two are called {name}")
    for name in twice([action["export"] for action in manifest["actions"]]):
        yield Problem("/actions", "ids-differ", f"two are called {name}")

    for index, action in enumerate(manifest["actions"]):
        place = ("actions", index)
        if action["export"] not in manifest["module"]["exports"]:
            yield Problem(pointer((*place, "export")), "export-is-listed", "module.exports does not have it")
        for part in ("input", "output"):
            yield from document_problems(action[part], (*place, part))
        yield from errors_problems(action["errors"], (*place, "errors"))
        request = action.get("request")
        if request is None:
            continue
        if request["connection"] not in connections:
            here = pointer((*place, "request", "connection"))
            yield Problem(here, "connection-is-known", "no connection has this id")
        if not manifest["module"]["imports"].get("action_host_v1"):
            yield Problem(pointer((*place, "request")), "request-is-imported", "module.imports has no http_send")
        inputs = {name for _, schema in subschemas(action["input"]["schema"]) for name in schema.get("properties", {})}
        for name in re.findall(r"\{([^}]*)\}", request["pathTemplate"]):
            if name not in inputs:
                yield Problem(pointer((*place, "request", "pathTemplate")), "name-is-known", f"the input has no {name}")
        group = request.get("batch", {}).get("groupBy")
        if group is not None and group not in inputs:
            here = pointer((*place, "request", "batch", "groupBy"))
            yield Problem(here, "name-is-known", f"the input has no {group}")

    for index, connection in enumerate(manifest["connections"]):
        place = ("connections", index)
        fields = [field["name"] for field in connection["fields"]]
        for name in twice(fields):
            yield Problem(pointer((*place, "fields")), "ids-differ", f"two are called {name}")
        for header, value in connection["headers"].items():
            for name in re.findall(r"\{([^}]*)\}", value):
                if name not in fields:
                    yield Problem(pointer((*place, "headers", header)), "name-is-known", f"no field is called {name}")
        test = connection.get("test")
        if test is not None and set(test["pass"]) & set(test["fail"]):
            yield Problem(pointer((*place, "test")), "verdicts-differ", "a status is in both pass and fail")


def problems(manifest):
    """Everything that is wrong with a manifest. Each kind of rule is checked only if the previous ones are kept."""
    return (
        list(embedded_problems(manifest))
        or schema_problems(manifest, load(SCHEMA_FILE))
        or list(link_problems(manifest))
    )


def main(paths):
    if not paths or paths[0].startswith("-"):
        print(__doc__, file=sys.stderr)
        return 2
    found = 0
    for path in paths:
        try:
            faults = problems(load(path))
        except (OSError, ValueError) as error:
            faults = [Problem("", "json", str(error))]
        for fault in faults:
            print(f"{path}: {fault.place or '/'}: {fault.rule}: {fault.text[:300]}")
        found += len(faults)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
