/** Text with variables in it. */
export type Template = readonly (string | Variable)[]

/** What is only known when it runs: what an answer brought, or a secret from the environment. */
export interface Variable {
  name: string
  from: 'answer' | 'environment'
}

/** Puts a variable at each place that a pattern finds; all else stays. `inner` picks the part of a find. */
export function replaced(
  template: Template,
  pattern: RegExp,
  variable: Variable,
  inner: (find: RegExpExecArray) => { before: string; after: string } | null = () => WHOLE,
): Template {
  return template.flatMap((part) => {
    if (typeof part !== 'string') return [part]
    const parts: (string | Variable)[] = []
    let from = 0
    for (const find of part.matchAll(pattern)) {
      const around = inner(find)
      if (around === null) continue
      parts.push(part.slice(from, find.index) + around.before, variable)
      from = find.index + find[0].length - around.after.length
    }
    return [...parts, part.slice(from)].filter((one) => one !== '')
  })
}

const WHOLE = { before: '', after: '' }

export function variablesOf(template: Template): Variable[] {
  return template.filter((part) => typeof part !== 'string')
}

export function isVaried(template: Template): boolean {
  return template.some((part) => typeof part !== 'string')
}

/** With what stands for a variable. */
export function filled(template: Template, word: (variable: Variable) => string): string {
  return template.map((part) => (typeof part === 'string' ? part : word(part))).join('')
}
