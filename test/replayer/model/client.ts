import { fieldValue } from '../../../wire/fields.ts'
import type { Act } from './acts.ts'
import type { Board, Known } from './board.ts'
import { Caller, type Ask } from './caller.ts'
import type { Claim } from './claims.ts'
import { linking, type Id, type LinkStyle } from './links.ts'
import type { Answered, Members } from './message.ts'
import type { SimulatedTime } from './simulated-time.ts'
import { collectionPath, keyOf, type World } from './world.ts'

/** A user of the application: does one thing after the other, and knows only what was answered. */
export class Client {
  readonly #user: string
  readonly #world: World
  readonly #board: Board
  readonly #caller: Caller
  readonly #time: SimulatedTime
  #made = 0

  constructor(user: string, world: World, board: Board, time: SimulatedTime, ask: Ask) {
    this.#user = user
    this.#world = world
    this.#board = board
    this.#time = time
    this.#caller = new Caller(user, world, ask)
  }

  async run(acts: readonly Act[]): Promise<void> {
    await this.#caller.login()
    for (const act of acts) {
      await this.#time.pass(1 + act.pause * 1000)
      await this.#do(act)
    }
  }

  async #do(act: Act): Promise<void> {
    const { one, other, number } = act
    const board = this.#board
    const caller = this.#caller
    const { project: projects, item: items } = this.#paths
    const item = board.nth('item', one)
    const project = board.nth('project', other)
    const task = board.nth('task', one)
    switch (act.what) {
      case 'project':
        return this.#make('project', projects, this.#said(number))
      case 'item':
        return this.#make('item', items, this.#said(number))
      case 'linkedItem':
        return project && this.#makeLinked(project, act.style, number)
      case 'task':
        return item && this.#makeTask(item, number)
      case 'link':
        return item && project && this.#link(item, project, act)
      case 'change':
        return item && this.#change(item, `${items}/${item.id}`, number)
      case 'changeProject':
        return project && this.#change(project, `${projects}/${project.id}`, number)
      case 'changeTask':
        return task && this.#change(task, this.#pathOf(task), number)
      case 'deleteItem':
        return item && this.#delete(item, items)
      case 'deleteProject':
        return project && this.#delete(project, projects)
      case 'deleteTask':
        return task && this.#delete(task, '')
      case 'writeBack':
        return item && this.#writeBack(item, number, 'changed')
      case 'race':
        return item && this.#writeBack(item, number, 'guarded')
      case 'attach':
        return item && this.#attach(item, other)
      case 'upload':
        return this.#upload(number)
      case 'note':
        return this.#note(project, number)
      case 'call':
        await caller.call(this.#said(number))
        return
      case 'slot':
        return this.#put('slot', 1 + board.trap(number), project, act)
      case 'doc':
        return this.#put('doc', `doc-${board.trap(number)}`, project, act)
      case 'export':
        return this.#export(number)
      case 'login':
        return caller.login()
    }
  }

  get #paths() {
    const { project, item, task } = this.#world.nouns
    return {
      project: collectionPath(project),
      item: collectionPath(item),
      task: collectionPath(task),
    }
  }

  #pathOf(task: Known): string {
    return `${this.#paths.item}/${task.parent!.id}${this.#paths.task}/${task.id}`
  }

  /** A name that nobody else gives, and small numbers that are ids of something else. */
  #said(number: number): Members {
    return { name: `${this.#user}-${++this.#made}`, ...this.#values(number) }
  }

  #values(number: number): Members {
    const first = VALUES[number % VALUES.length]!
    const second = VALUES[(number + 3) % VALUES.length]!
    return { [first]: this.#board.trap(number), [second]: this.#board.trap(number + 1) }
  }

  async #holding(
    claims: Readonly<Record<string, Claim>>,
    work: () => Promise<unknown>,
  ): Promise<void> {
    const letGo = this.#board.claims.take(claims)
    if (letGo === null) return
    try {
      await work()
    } finally {
      letGo()
    }
  }

  async #make(
    kind: Known['kind'],
    path: string,
    body: Members,
    fields: string[] = [],
    parent: Known | null = null,
  ): Promise<void> {
    const answered = await this.#caller.ask('POST', path, body, fields)
    if (answered.status !== 201) return
    const { id, name } = shownOf(answered)
    this.#board.add({ kind, id: id as Id, name: String(name), parent })
  }

  #makeLinked(project: Known, style: LinkStyle, number: number): Promise<void> {
    const { query, fields, body } = this.#linking(style === 'path' ? 'key' : style, [project])
    const path = `${this.#paths.item}?limit=${this.#board.trap(number)}${query}`
    return this.#holding({ [project.name]: 'read' }, () =>
      this.#make('item', path, { ...this.#said(number), ...body }, fields),
    )
  }

  #makeTask(item: Known, number: number): Promise<void> {
    const path = `${this.#paths.item}/${item.id}${this.#paths.task}`
    // Tasks of one item may be made side by side.
    return this.#holding({ [item.name]: 'read' }, () =>
      this.#make('task', path, this.#said(number), [], item),
    )
  }

  #linking(style: LinkStyle, projects: readonly Known[]) {
    const ids = projects.map(({ id }) => id)
    return linking(style, this.#world.nouns.project, ids, this.#world)
  }

  #link(item: Known, project: Known, { style, number, one }: Act): Promise<void> {
    const second = this.#board.nth('project', one)!
    const isList = style.startsWith('list') && second !== project
    const projects = isList ? [project, second] : [project]
    const { path, query, fields, body } = this.#linking(style, projects)
    const claims = { [item.name]: 'changed', ...claimsOf(projects, 'read') } as const
    const limit = query === '' ? '' : `?limit=${this.#board.trap(number)}${query}`
    const target = `${this.#paths.item}/${item.id}${path}${limit}`
    const values = path === '' && query === '' && fields.length === 0 ? this.#values(number) : {}
    const all = { ...values, ...body }
    const said = Object.keys(all).length === 0 ? undefined : all
    return this.#holding(claims, async () => {
      await this.#caller.ask(path === '' ? 'PATCH' : 'PUT', target, said, fields)
    })
  }

  #change(known: Known, path: string, number: number): Promise<void> {
    const parent = known.parent === null ? {} : claimsOf([known.parent], 'read')
    return this.#holding({ ...parent, [known.name]: 'changed' }, async () => {
      await this.#caller.ask('PATCH', path, this.#values(number))
    })
  }

  #delete(known: Known, collection: string): Promise<void> {
    const { parent } = known
    const path = parent === null ? `${collection}/${known.id}` : this.#pathOf(known)
    // A list shows what its owner made.
    const list = listOf(known.name)
    const claims: Record<string, Claim> = {
      ...(parent && claimsOf([parent], 'read')),
      ...{ [known.name]: 'changed', [list]: 'changed' },
    }
    return this.#holding(claims, async () => {
      this.#board.remove(known)
      await this.#caller.ask('DELETE', path)
    })
  }

  /** Reads it, changes it, and sends all of it back if nobody else did meanwhile. */
  #writeBack(item: Known, number: number, claim: Claim): Promise<void> {
    const path = `${this.#paths.item}/${item.id}`
    return this.#holding({ [item.name]: claim }, async () => {
      const read = await this.#caller.ask('GET', path)
      if (read.status !== 200) return
      const linked = this.#linkedIn(shownOf(read))
      if (linked.includes(undefined)) return
      await this.#holding(claimsOf(linked as Known[], 'read'), async () => {
        await this.#time.pass(1 + number * 500)
        const shown = { ...shownOf(read), ...this.#values(number) }
        const fields = ['If-Match', fieldValue(read.fields, 'etag')!]
        await this.#caller.ask('PUT', path, shown, fields)
      })
    })
  }

  /** Undefined: it is gone. */
  #linkedIn(shown: Members): (Known | undefined)[] {
    const { project } = this.#world.nouns
    const link = shown[keyOf(`${project} id`, this.#world)] as Id | null
    const members = shown[keyOf(`${project} ids`, this.#world)] as Id[]
    const ids = link === null ? members : [link, ...members]
    return ids.map((id) => this.#board.find('project', id))
  }

  #attach(item: Known, other: number): Promise<void> {
    const file = this.#board.nth('file', other)
    if (file === undefined) return Promise.resolve()
    return this.#holding({ [item.name]: 'changed' }, async () => {
      const path = `${this.#paths.item}/${item.id}`
      await this.#caller.ask('PATCH', path, { fileId: file.id })
    })
  }

  async #upload(number: number): Promise<void> {
    const caller = this.#caller
    const { fields } = await caller.ask('POST', '/uploads', { size: this.#board.trap(number) })
    const location = fieldValue(fields, 'location')!
    for (const [offset, text] of [
      [0, 'some '],
      [5, `text ${number}`],
    ] as const) {
      const head = ['Content-Type', 'application/offset+octet-stream']
      await caller.ask('PATCH', location, text, [...head, 'Upload-Offset', String(offset)])
    }
    const upload =
      number % 2 === 0 ? { location } : { upload: location.slice(location.lastIndexOf('/') + 1) }
    await this.#make('file', '/files', { ...this.#said(number), ...upload })
  }

  async #note(project: Known | undefined, number: number): Promise<void> {
    const page = await this.#caller.ask('GET', '/form')
    const token =
      fieldValue(page.fields, 'x-csrf-token') ??
      /(?:csrfToken":|value=|content=)"([^"]+)"/.exec(page.body)![1]!
    const isForm = this.#world.form === 'input'
    const key = keyOf(`${this.#world.nouns.project} id`, this.#world)
    await this.#holding(project === undefined ? {} : claimsOf([project], 'read'), () => {
      const link = project === undefined ? {} : { [key]: project.id }
      const said = { ...this.#said(number), ...link, ...(isForm && { csrf_token: token }) }
      const pairs = Object.entries(said as Record<string, string>)
      return this.#caller.ask(
        'POST',
        '/notes',
        new URLSearchParams(pairs).toString(),
        isForm ? [] : ['X-CSRF-Token', token],
      )
    })
  }

  #put(kind: 'slot' | 'doc', id: number | string, project: Known | undefined, act: Act) {
    const style = act.style === 'path' ? 'key' : act.style
    const projects = project === undefined ? [] : [project]
    const { query, fields, body } =
      project === undefined ? { query: '', fields: [], body: {} } : this.#linking(style, projects)
    const claims = { [`${kind} ${id}`]: 'changed', ...claimsOf(projects, 'read') } as const
    const target = `/${kind}s/${id}?page=${this.#board.trap(act.number)}${query}`
    const said = { id, ...this.#values(act.number), ...body }
    return this.#holding(claims, () => this.#caller.ask('PUT', target, said, fields))
  }

  async #export(number: number): Promise<void> {
    const { item } = this.#paths
    const owned = this.#board.nth('item', 0)
    if (owned === undefined || !owned.name.startsWith(`${this.#user}-`)) return
    await this.#holding({ [listOf(owned.name)]: 'read' }, async () => {
      const target = `${item}?owner=${this.#user}&limit=1`
      const { next } = JSON.parse((await this.#caller.ask('GET', target)).body) as { next: string }
      if (Buffer.from(next, 'base64url').toString().includes('null')) return
      const said = this.#said(number)
      if (number % 2 === 0) await this.#caller.ask('POST', '/exports', { ...said, cursor: next })
      else await this.#caller.ask('POST', `/exports?cursor=${next}`, said)
    })
  }
}

const VALUES = ['quantity', 'year', 'status', 'version', 'pageSize', 'count', 'priority']

function listOf(name: string): string {
  return `list of ${name.split('-')[0]}`
}

function claimsOf(known: readonly Known[], claim: Claim): Record<string, Claim> {
  return Object.fromEntries(known.map(({ name }) => [name, claim]))
}

function shownOf({ body }: Answered): Members {
  const shown = JSON.parse(body) as Members
  return (shown['data'] as Members | undefined) ?? shown
}
