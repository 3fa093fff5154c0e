// Rules that are broken one at a time, so that a test falls: in a file below `replayer/`, a text that stands
// there once becomes another one.

/** @param {string} file @param {...[text: string, becomes: string]} pairs */
function of(file, ...pairs) {
  return pairs.map(([text, becomes]) => ({ file, text, becomes }))
}

export const MUTATIONS = [
  ...of(
    'aliases/evidence.ts',
    ["if (of.naming === 'open') return RANKS.none", ''],
    [
      'site.syntax === of.syntax && of.key === meaning.key ? RANKS.resource',
      'site.syntax === of.syntax ? RANKS.resource',
    ],
    ['if (under === path) return RANKS.resource', ''],
    ["return strengthOf(old) === 'strong' ? RANKS.none : 'other'", 'return RANKS.resource'],
    [
      "if (same === 'same') return RANKS.noun\n  if (same === 'similar')",
      "if (same === 'similar')",
    ],
    ["if (same === 'similar') return RANKS.similar", ''],
    ['return isRelative(site, of, around) ? RANKS.relative : RANKS.none', 'return RANKS.none'],
    ["strengthOf(alias.old) === 'strong'\n", "strengthOf(alias.old) !== 'none'\n"],
  ),
  ...of(
    'aliases/aliases.ts',
    ['rank < highest) continue', 'rank <= highest) continue'],
    ['if (forbidden !== undefined) return', 'if (false) return'],
    ['leftAlone.push(...staleDigests(request))', 'void staleDigests'],
  ),
  ...of(
    'aliases/learning.ts',
    ['(entry.status ?? 0) < 400 !== answer.status < 400', 'false'],
    ["!isSafe(entry.method) ? 'read' : 'left'", "false ? 'read' : 'left'"],
    ['if (was?.new === value && isUnder) return\n', 'return\n'],
    ["if (meaning.naming === 'id') return true", 'return true'],
    ["if (isSafe(this.#around.method) && strengthOf(known.old) !== 'strong') return false", ''],
  ),
  ...of(
    'aliases/echoes.ts',
    ["if (strength === 'strong') return true", ''],
    ['if (!isMade && (isAnId || old !== now) && sent.get(site.place) === now) return true', ''],
    ["const isMade = made === 'made' ||", 'const isMade ='],
    [
      "return said.key === meaning.key && said.noun === meaning.noun && said.syntax !== 'etag'",
      'return false',
    ],
  ),
  ...of('aliases/lives.ts', [
    'isNamesake(one, alias) && this.#gave(life, alias.new, one, its)',
    'false',
  ]),
  ...of(
    'aliases/values.ts',
    ['if (!uses.has(name)) produces.add(name)', 'produces.add(name)'],
    ['words.map((_, i) => `${words.slice(i)', 'words.slice(0, 1).map((_, i) => `${words.slice(i)'],
    ["if (strength === 'strong') return [name]", "if (strength === 'strong') return []"],
    ["entry.method === 'DELETE' && named", 'false && named'],
    ["if (naming === 'open' && as === 'product') return []", "if (naming === 'open') return []"],
  ),
  ...of(
    '../aliases/strength.ts',
    ['if (digits.length < 10)', 'if (digits.length < 2)'],
    ['&& !isScrambled(value)', ''],
    ['const STRONG_BITS = 32', 'const STRONG_BITS = 320'],
  ),
  ...of(
    'aliases/patterns.ts',
    ['hits < SHARE * seen.size', 'false'],
    ['>= CHANCE) continue', '>= 2) continue'],
    ['const FEWEST = 3', 'const FEWEST = 30'],
  ),
  ...of(
    'aliases/naming.ts',
    ["const noun = isPlural && standing === 'alone' ? '' :", 'const noun ='],
    ['!NO_NAMES.has(stem.at(-1)!)', 'true'],
  ),
  ...of(
    'aliases/store.ts',
    ['[...others, alias]', '[...before, alias]'],
    ['alias.since > moment && held.has(kind)', 'false'],
    ['.sort((a, b) => a.since - b.since)', ''],
    ['ofKind.length === GENERATIONS ? ofKind[0]', 'false ? ofKind[0]'],
  ),
  ...of(
    'order/placed.ts',
    ['at: Math.min(arrivedAt, orderedAt)', 'at: orderedAt'],
    ['const at = entry.arrivedAt + tolerance', 'const at = entry.arrivedAt'],
  ),
  ...of(
    'order/schedule.ts',
    ['if (this.#out.size >= this.#rules.concurrency) return null', ''],
    ['clock.barriers.hold(node, until)', ''],
    ['clock.lanes.get(lane)?.hold(node, until)', ''],
    [
      'for (const value of placed.uses) this.#producers',
      'for (const value of [] as string[]) this.#producers',
    ],
    [
      'for (const value of placed.ends) this.#users',
      'for (const value of [] as string[]) this.#users',
    ],
    ['const until = name === placed.clock ? own : others', 'const until = own'],
  ),
  ...of(
    'order/frontier.ts',
    ['if (--waiter.held.holds === 0) onFree', '--waiter.held.holds\n      onFree'],
    ['if (previous !== null) {', 'if (previous === undefined) {'],
  ),
  ...of('order/heap.ts', ['if (!this.#isBefore(items[below]!, last)) break', 'break']),
  ...of('order/lanes.ts', [
    'b.segments.length - a.segments.length',
    'a.segments.length - b.segments.length',
  ]),
  ...of(
    'context.ts',
    ['for (const own of this.#held.get(id)?.uses ?? []) this.#need(own)', ''],
    ['for (const value of uses) this.#need(value)', ''],
  ),
]
