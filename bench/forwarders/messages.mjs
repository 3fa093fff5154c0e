// The bodies of the speed runs; both sides know their length and look for nothing else.

const filled = (head, length) => `${head}${'x'.repeat(length - head.length - 2)}"}`

export const REQUEST_BODY = filled('{"command":"set","field":"value","to":"', 130)
export const ANSWER_BODY = filled('{"id":"', 40)
