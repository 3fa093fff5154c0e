import { existsSync, statSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { expect, test } from 'vitest'
import { PAGES, pageAt, ROOT, type Page } from './pages.ts'

// The site's build looks at links too, but not at those of the pages beside README.md, nor at their headings.

const pages = PAGES.filter(({ text }) => /\]\((?!https?:)/.test(text))

test.each(pages)('the links of $path lead somewhere', (page) => {
  expect(linksOf(page).filter((link) => !leadsSomewhere(page, link))).toEqual([])
})

function linksOf({ text, blocks }: Page): string[] {
  const prose = blocks.reduce((all, block) => all.replace(block.text, ''), text)
  return [...prose.matchAll(/\]\(([^)\s]+)\)|(?:src|srcset)="([^"]+)"/g)]
    .map(([, link, source]) => link ?? source!)
    .filter((link) => !/^(https?:|mailto:)/.test(link))
}

function leadsSomewhere({ path }: Page, link: string): boolean {
  const [file, heading] = link.split('#') as [string, string | undefined]
  const to = file === '' ? path : normalize(join(dirname(path), file))
  if (relative(ROOT, join(ROOT, to)).startsWith('..') || !existsSync(join(ROOT, to))) return false
  if (heading === undefined || statSync(join(ROOT, to)).isDirectory()) return true
  return headingsOf(pageAt(to)).has(heading)
}

/** As GitHub and the site name them, for the headings that there are here. */
function headingsOf({ text }: Page): Set<string> {
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, title]) => title!)
  return new Set(
    headings.map((title) =>
      title
        .toLowerCase()
        .replaceAll(/[^\w\s-]/g, '')
        .trim()
        .replaceAll(/\s/g, '-'),
    ),
  )
}
