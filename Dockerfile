# reprise: proxy, replayer, service and simulator in one image; the command says which.

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json cli.ts ./
COPY assets assets
COPY dashboard dashboard
COPY aliases aliases
COPY cli cli
COPY telemetry telemetry
COPY wire wire
COPY backend backend
COPY journal journal
COPY proxy proxy
COPY replayer replayer
COPY simulator simulator
RUN npm run build \
  && find dist -type f \( -name '*.js.map' -o -name '*.d.ts' \) -delete

FROM node:24-bookworm-slim AS packages
# npm names the whole in the SBOM after its folder.
WORKDIR /reprise
COPY package.json package-lock.json ./
# The embedded PostgreSQL is an optional dependency: the image uses one over the network. Told to omit what is for
# development, `npm sbom` omits as well what both need: so it is not told, and finds none of it.
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund \
  && npm pkg delete devDependencies \
  && npm sbom --sbom-format cyclonedx --sbom-type application >sbom.cdx.json \
  && find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete

FROM node:24-bookworm-slim
LABEL org.opencontainers.image.title=reprise \
  org.opencontainers.image.description="Records what changes a backend, and plays it again when the backend forgets" \
  org.opencontainers.image.licenses=MIT
# Whoever gets in finds no package manager.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack \
  /usr/local/bin/yarn* /opt/yarn* \
  && mkdir /data && chown node:node /data
ENV NODE_ENV=production
WORKDIR /app
COPY package.json LICENSE ./
COPY migrations migrations
# What is in the image of packages from npm, to be looked through for what is known of them.
COPY --from=packages /reprise/sbom.cdx.json ./
COPY --from=packages /reprise/node_modules node_modules
COPY --from=build /app/dist dist
# All that is written is here: with a root that is read-only, too, and where nobody mounts a volume.
ENV REPRISE_DATA_DIR=/data
VOLUME /data
USER node
EXPOSE 8080
# Whatever is served answers on the port it was told to listen on. A proxy answers there as its
# upstream does, so its admin port is asked where it has one. Any answer at all is health: a recorder
# that refuses mutations says so itself, and a restart would not help it. Only one that does not serve
# yet is not there for those who wait for it.
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s --retries=5 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.REPRISE_ADMIN_LISTEN || process.env.REPRISE_LISTEN || ':8080').split(':').pop() + '/health').then((answer) => answer.text()).then((text) => process.exit(text.includes('\"state\":\"starting\"') ? 1 : 0), () => process.exit(1))"]
ENTRYPOINT ["node", "dist/cli.js"]
CMD ["--help"]
