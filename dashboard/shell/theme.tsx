import { useCallback, useState } from 'react'

export type Theme = 'system' | 'light' | 'dark'

const KEY = 'reprise.theme'
const NEXT: Record<Theme, Theme> = { system: 'light', light: 'dark', dark: 'system' }
const SIGN: Record<Theme, string> = { system: '◐', light: '☀', dark: '☾' }

export const nextTheme = (theme: Theme): Theme => NEXT[theme]

/** The theme that was chosen, kept in this browser; `public/theme.js` sets it before the first paint. */
export function useTheme(): [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState<Theme>(() => {
    const { theme: chosen } = document.documentElement.dataset
    return chosen === 'light' || chosen === 'dark' ? chosen : 'system'
  })
  const choose = useCallback((chosen: Theme) => {
    setTheme(chosen)
    const { dataset } = document.documentElement
    if (chosen === 'system') {
      delete dataset['theme']
      localStorage.removeItem(KEY)
    } else {
      dataset['theme'] = chosen
      localStorage.setItem(KEY, chosen)
    }
    dispatchEvent(new Event('reprise:theme'))
  }, [])
  return [theme, choose]
}

export function ThemeButton({ theme, onTurn }: { theme: Theme; onTurn: () => void }) {
  return (
    <button
      type="button"
      className="icon"
      onClick={onTurn}
      aria-label={`Theme: ${theme}. Change it to ${nextTheme(theme)}`}
      title={`Theme: ${theme} (t)`}
    >
      <span aria-hidden="true">{SIGN[theme]}</span>
    </button>
  )
}

/** Calls back when colours change, by choice or by the system. */
export function onColoursChanged(listener: () => void): () => void {
  const system = matchMedia('(prefers-color-scheme: dark)')
  system.addEventListener('change', listener)
  addEventListener('reprise:theme', listener)
  return () => {
    system.removeEventListener('change', listener)
    removeEventListener('reprise:theme', listener)
  }
}
