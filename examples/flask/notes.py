"""Keeps notes in memory: whoever changes one says which version they have seen."""

from uuid import uuid4

from flask import Flask, abort, jsonify, make_response, request

app = Flask(__name__)
notes = {}


def answer(id, status):
    text, version = notes[id]
    response = make_response(jsonify(id=id, text=text), status)
    response.set_etag(version)
    return response


@app.post("/notes")
def make():
    id = uuid4().hex
    notes[id] = (request.json["text"], uuid4().hex)
    return answer(id, 201)


@app.put("/notes/<id>")
def change(id):
    if id not in notes:
        abort(404)
    if notes[id][1] not in request.if_match:
        abort(412)
    notes[id] = (request.json["text"], uuid4().hex)
    return answer(id, 200)


@app.get("/notes/<id>")
def read(id):
    return answer(id, 200) if id in notes else abort(404)
