import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { parse, parseAllDocuments } from 'yaml'
import { helmTemplates } from '../support/helm-template.ts'

export const ROOT = join(import.meta.dirname, '../..')

export interface Manifest {
  apiVersion: string
  kind: string
  metadata: { name: string; labels?: Record<string, string> }
  // oxlint-disable-next-line typescript/no-explicit-any
  spec?: any
  stringData?: Record<string, string>
}

/** All documents of a text, with what YAML itself finds wrong thrown. */
export function documentsIn(text: string): Manifest[] {
  return parseAllDocuments(text)
    .map((document) => {
      if (document.errors.length > 0) throw document.errors[0]!
      return document.toJS() as Manifest | null
    })
    .filter((document) => document !== null)
}

export function readYamlFile(path: string): unknown {
  return parse(readFileSync(join(ROOT, path), 'utf8'))
}

/** Those that the kustomization lists, with its images. */
export function kustomized(folder: string): Manifest[] {
  const { resources, images } = readYamlFile(join(folder, 'kustomization.yaml')) as {
    resources: string[]
    images: { name: string; newName: string; newTag: string }[]
  }
  return resources.flatMap((name) => {
    let text = readFileSync(join(ROOT, folder, name), 'utf8')
    for (const image of images) {
      text = text.replaceAll(`image: ${image.name}\n`, `image: ${image.newName}:${image.newTag}\n`)
    }
    return documentsIn(text)
  })
}

const CHART = join(ROOT, 'deploy/helm/reprise')

/** What values make of the chart: its own with the given ones over them, as Helm merges them. */
export function chartValues(given: object): Record<string, unknown> {
  return merged(parse(readFileSync(join(CHART, 'values.yaml'), 'utf8')) as object, given)
}

/** What `helm template shop` prints, document by document. */
export function rendered(values: object): Manifest[] {
  const described = parse(readFileSync(join(CHART, 'Chart.yaml'), 'utf8')) as Record<string, string>
  const root = {
    Values: values,
    Release: { Name: 'shop', Namespace: 'default', Service: 'Helm' },
    // Go has its fields with a capital.
    Chart: {
      Name: described['name'],
      Version: described['version'],
      AppVersion: described['appVersion'],
    },
  }
  const templates = helmTemplates()
  const files = readdirSync(join(CHART, 'templates'))
  for (const file of files)
    templates.add(file, readFileSync(join(CHART, 'templates', file), 'utf8'))
  const notes = templates.render('NOTES.txt', root)
  if (notes.includes('<no value>')) throw new Error(notes)
  return files
    .filter((file) => file.endsWith('.yaml'))
    .flatMap((file) => documentsIn(templates.render(file, root)))
}

function merged(below: object, above: object): Record<string, unknown> {
  const result: Record<string, unknown> = { ...below }
  for (const [name, value] of Object.entries(above)) {
    const known = result[name]
    result[name] = isMap(known) && isMap(value) ? merged(known, value) : value
  }
  return result
}

function isMap(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Where the types of Kubernetes' own API have a group. */
const MODULES: Readonly<Record<string, string>> = {
  v1: 'core/v1',
  'apps/v1': 'apps/v1',
  'networking.k8s.io/v1': 'networking/v1',
}

/**
 * Holds manifests against the types that are made from Kubernetes' API description, as a program whose literals
 * they are: no member that it does not know, none of another type, none missing. Answers what the compiler says.
 */
export async function typeFaults(manifests: readonly Manifest[]): Promise<string> {
  const lines = manifests.map(({ apiVersion, kind, ...rest }, i) => {
    const module = MODULES[apiVersion]
    if (module === undefined) throw new Error(`an apiVersion that is not looked at: ${apiVersion}`)
    const value = JSON.stringify({ apiVersion, kind, ...rest }, null, 2)
    return `export const m${i}: import('kubernetes-types/${module}').${kind} = ${value}\n`
  })
  await mkdir(join(ROOT, '.cache'), { recursive: true })
  const folder = await mkdtemp(join(ROOT, '.cache/manifests-'))
  try {
    await writeFile(join(folder, 'manifests.ts'), lines.join(''))
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(COMPILED))
    await promisify(execFile)(join(ROOT, 'node_modules/.bin/tsc'), ['-p', folder])
    return ''
  } catch (error) {
    return (error as { stdout: string }).stdout
  } finally {
    await rm(folder, { recursive: true })
  }
}

const COMPILED = {
  compilerOptions: {
    ...{ noEmit: true, strict: true, skipLibCheck: true, types: [], target: 'ES2022' },
    ...{ module: 'ESNext', moduleResolution: 'bundler' },
  },
  files: ['manifests.ts'],
}
