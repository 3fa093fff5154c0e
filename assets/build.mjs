/**
 * Gathers the two documentation pages and the bundles they load into one folder
 * (`dist/assets`, or the folder given as the first argument), so that an installed
 * package shows its API without a CDN and without these packages at run time.
 *
 * Redoc is changed in one place: its side bar loads a logo from the vendor's CDN and
 * has no option against it. The address becomes an empty image, which Redoc itself
 * removes. The build fails if that address is no longer where it was, so that an
 * upgrade cannot bring the outside request back unseen.
 */
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'

const here = import.meta.dirname
const target = resolve(process.argv[2] ?? join(here, '../dist/assets'))
const OUTSIDE_LOGO = 'https://cdn.redoc.ly/redoc/logo-mini.svg'

const OWN = ['swagger.html', 'swagger.js', 'redoc.html', 'redoc.js', 'redoc.css']

/** Per package: the name of a file there, and its name in the folder. */
const FOREIGN = {
  'swagger-ui-dist': {
    'swagger-ui-bundle.js': 'swagger-ui-bundle.js',
    'swagger-ui-bundle.js.LICENSE.txt': 'swagger-ui-bundle.js.LICENSE.txt',
    'swagger-ui.css': 'swagger-ui.css',
    LICENSE: 'swagger-ui.LICENSE.txt',
    NOTICE: 'swagger-ui.NOTICE.txt',
  },
  redoc: {
    'bundles/redoc.standalone.js.LICENSE.txt': 'redoc.standalone.js.LICENSE.txt',
    LICENSE: 'redoc.LICENSE.txt',
  },
}

await rm(target, { recursive: true, force: true })
await mkdir(target, { recursive: true })
for (const name of OWN) await cp(join(here, name), join(target, name))
for (const [name, files] of Object.entries(FOREIGN)) {
  const from = folderOf(name)
  for (const [source, copy] of Object.entries(files)) {
    await cp(join(from, source), join(target, copy))
  }
}
await writeFile(
  join(target, 'redoc.standalone.js'),
  withoutLogo(await readFile(join(folderOf('redoc'), 'bundles/redoc.standalone.js'), 'utf8')),
)

/** @param {string} name */
function folderOf(name) {
  return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`))
}

/** @param {string} bundle */
function withoutLogo(bundle) {
  const parts = bundle.split(OUTSIDE_LOGO)
  if (parts.length !== 2) {
    throw new Error(
      `Redoc's bundle names ${OUTSIDE_LOGO} ${parts.length - 1} times, expected once: ` +
        'look at what this version loads from outside, then change assets/build.mjs.',
    )
  }
  return parts.join('data:,')
}
