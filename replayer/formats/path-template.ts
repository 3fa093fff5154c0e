// Paths with names in the place of ids: `/things/t1` is `/things/{thingId}`.

/** Ids that answers handed out are remembered, up to so many. */
const MOST_IDS = 100_000

/** Tells which segments of paths are ids, by how they look and by what answers handed out. */
export class PathTemplates {
  readonly #ids = new Set<string>()

  /** Members of an answer that are called ids, at any depth, and the end of a Location. */
  learn(json: unknown, location: string | undefined): void {
    const last = location
      ?.replace(/[?#].*/s, '')
      .split('/')
      .findLast((part) => part !== '')
    if (last !== undefined && location!.includes('/')) this.#add(last)
    this.#learn(json, 0)
  }

  /** `/things/{thingId}` and the names in it. */
  of(path: string): { template: string; names: string[] } {
    const names: string[] = []
    let before = ''
    const parts = path.split('/').map((segment) => {
      if (segment === '' || !this.#isId(segment)) {
        if (segment !== '') before = segment
        return segment.replaceAll(/[{}]/g, encodeURIComponent)
      }
      const name = free(nameAfter(before), names)
      names.push(name)
      return `{${name}}`
    })
    return { template: parts.join('/'), names }
  }

  #isId(segment: string): boolean {
    return looksLikeId(segment) || this.#ids.has(segment)
  }

  #learn(value: unknown, depth: number): void {
    if (typeof value !== 'object' || value === null || depth > 8) return
    for (const [name, member] of Object.entries(value)) {
      if (typeof member === 'object') this.#learn(member, depth + 1)
      else if (/(?:^|_)id$|[a-z]Id$|^uuid$|^key$|^slug$/.test(name)) this.#add(String(member))
    }
  }

  #add(id: string): void {
    const isPlain = /^[\w.~@:-]{1,200}$/.test(id)
    if (isPlain && this.#ids.size < MOST_IDS) this.#ids.add(id)
  }
}

/** Numbers, UUIDs, ULIDs, long hex, a few letters and a number (`t1`, `cmd-17`); a version (`v1`) is none. */
function looksLikeId(segment: string): boolean {
  if (/^v\d{1,3}$/i.test(segment)) return false
  return (
    /^\d+$/.test(segment) ||
    /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(segment) ||
    /^[0-9A-HJKMNP-TV-Z]{26}$/.test(segment) ||
    /^(?=.*\d)[\da-f]{12,}$/i.test(segment) ||
    /^[a-z]{1,8}[-_]?\d+$/i.test(segment) ||
    /^(?=.*\d)(?=.*[a-z])[\w-]{20,}$/i.test(segment)
  )
}

/** Of `things` it is `thingId`. */
function nameAfter(segment: string): string {
  const words = segment.split(/[^A-Za-z0-9]+/).filter((word) => word !== '')
  const noun = words.map((word, i) => (i === 0 ? word : word[0]!.toUpperCase() + word.slice(1)))
  const one = noun
    .join('')
    .replace(/ies$/, 'y')
    .replace(/(?<=[^s])s$/, '')
  return one === '' ? 'id' : `${one}Id`
}

function free(name: string, taken: readonly string[]): string {
  let one = name
  for (let i = 2; taken.includes(one); i++) one = `${name}${i}`
  return one
}
