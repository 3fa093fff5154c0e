/** Where a value stands in the text of JSON: its pointer (RFC 6901), and from where to where. */
export interface JsonPlace {
  pointer: string
  from: number
  to: number
}

/** The scalars of a JSON text, which is known to be one, in its order. */
export function scalarsOf(text: string): JsonPlace[] {
  const places: JsonPlace[] = []
  let at = 0
  const skip = () => {
    while (/[\s,:]/.test(text[at] ?? '')) at++
  }
  const token = () => {
    SCALAR.lastIndex = at
    const [found = ''] = SCALAR.exec(text) ?? []
    at += Math.max(1, found.length)
    return found
  }
  const value = (pointer: string): void => {
    skip()
    const from = at
    if (text[at] === '{' || text[at] === '[') inside(pointer, text[at++] === '{' ? '}' : ']')
    else {
      token()
      places.push({ pointer, from, to: at })
    }
  }
  const inside = (pointer: string, end: '}' | ']') => {
    for (let i = 0; ; i++) {
      skip()
      if (at >= text.length) return
      if (text[at] === end) {
        at++
        return
      }
      const step = end === '}' ? (JSON.parse(token()) as string) : String(i)
      value(`${pointer}/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`)
    }
  }
  value('')
  return places
}

const SCALAR = /"[^"\\]*(?:\\.[^"\\]*)*"|[^\s,\]}]+/sy

/** The text with other ones in the place of some of its values. */
export function withReplaced(
  text: string,
  replaced: readonly { place: JsonPlace; by: string }[],
): string {
  let made = ''
  let done = 0
  for (const { place, by } of replaced) {
    made += text.slice(done, place.from) + by
    done = place.to
  }
  return made + text.slice(done)
}
