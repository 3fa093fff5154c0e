// Three characters in a row, of a path or of what a glob says of one. They are told apart by so few numbers
// that each is frequent: a signature, sliced by its bits (Faloutsos and Christodoulakis, "Signature Files",
// ACM TOIS 2(4), 1984). A path that has what a glob asks for has all the numbers of it; few others have.

const CHARACTERS = 3
const NUMBER_BITS = 8
/** More than these would cost, and leave hardly less through. */
const MOST_ASKED = 8

/** Which numbers a text has, below 256. */
export function gramsOf(text: string): Set<number> {
  const found = new Set<number>()
  for (let at = 0; at + CHARACTERS <= text.length; at++) found.add(numberAt(text, at))
  return found
}

/** Some of the numbers that each path has that matches a glob: those of what its wildcards stand between. */
export function gramsOfGlob(glob: string): number[] {
  const all = [...new Set(glob.split(/[*?]+/).flatMap((part) => [...gramsOf(part)]))]
  const count = Math.min(all.length, MOST_ASKED)
  return Array.from({ length: count }, (_, i) => all[Math.floor((i * all.length) / count)]!)
}

function numberAt(text: string, at: number): number {
  let bits = 0
  for (let i = at; i < at + CHARACTERS; i++) bits = Math.imul(bits ^ text.charCodeAt(i), 0x9e3779b1)
  return bits >>> (32 - NUMBER_BITS)
}
