import { givenOf, type Setting, type SettingsTable } from '../settings.ts'

/** A setting as people may see it. */
export interface ShownSetting {
  name: string
  /** Secrets hidden; null: it has no value. */
  value: string | null
  /** `--flag`, a variable's name, `name in FILE`, or `default`. */
  from: string
}

/** All of a table, in its order, and where each has its value from. */
export function shownSettings(table: SettingsTable, settings: object): ShownSetting[] {
  const given = givenOf(settings)
  return Object.entries(table).map(([name, setting]) => {
    const found = given.get(name)
    if (found === undefined) return { name, value: defaultOf(setting), from: 'default' }
    const parts = setting.repeated
      ? found.texts.flatMap((text) => text.split(setting.separator ?? ','))
      : found.texts.slice(-1)
    const shown = parts.map((part) => setting.shown?.(part.trim()) ?? part.trim())
    return { name, value: shown.join(', '), from: found.from }
  })
}

function defaultOf({ fallback, fallbackText }: Setting<unknown>): string | null {
  if (fallbackText !== undefined) return fallbackText
  if (fallback === undefined || typeof fallback === 'object') return null
  return typeof fallback === 'string' ? fallback : JSON.stringify(fallback)
}
