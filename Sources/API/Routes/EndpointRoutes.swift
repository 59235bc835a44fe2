import Domain
import FoundationEssentials
import Store

/// `/api/endpoints`.
enum EndpointRoutes {
    static func all(_ store: Store) -> [AnyRoute] {
        [
            list(store).erased, detail(store).erased, vulnerabilities(store).erased, scan(store).erased,
            software(store).erased, update(store).erased,
        ]
    }

    private static let tag = "Endpoints"

    static func list(_ store: Store) -> Route<EndpointListInput, Cached<Page<EndpointRowView>>> {
        Route(
            .get, "/api/endpoints", "List endpoints", tag: tag, access: .permission(.read),
            description: "The riskiest first, unless sorted otherwise."
        ) { input, scope in
            let tenant = try scope.tenant
            let generation = store.cache.generation(of: tenant)
            let slice = try await store.endpoints.rows(input.query, tenant: tenant)
            let page = Page(slice.items.map(EndpointRowView.init), slice: slice, sort: input.query.sort.rawValue)
            let body = CachedBody(page, in: scope)
            store.cache.keep(
                body, bytes: body.count, key: scope.head.path ?? "", tenant: tenant, generation: generation)
            return Cached(body)
        }
        .ready { principal, target in store.cache.answer(target, tenant: principal.tenant) }
    }

    private static func detail(_ store: Store) -> Route<EndpointInput, EndpointDetailView> {
        Route(
            .get, "/api/endpoints/{id}", "Get an endpoint", tag: tag, access: .permission(.read),
            description: """
                With its first 1,000 findings and its compliance status. The id of one that became part of another gives that.
                """, errors: ["endpoint.not_found"]
        ) { input, scope in
            let tenant = try scope.tenant
            let id = try await store.identities.current(input.id, tenant: tenant)
            async let findings = store.findings.ofEndpoint(id, tenant: tenant)
            let detail = try await store.endpoints.detail(id, tenant: tenant)
            return EndpointDetailView(endpoint: detail, findings: try await findings)
        }
    }

    private static func vulnerabilities(_ store: Store) -> Route<EndpointFindingsInput, Page<EndpointFindingView>> {
        Route(
            .get, "/api/endpoints/{id}/vulnerabilities", "List an endpoint's vulnerabilities", tag: tag,
            access: .permission(.read), description: "Open ones first, then by risk.", errors: ["endpoint.not_found"]
        ) { input, scope in
            let tenant = try scope.tenant
            // An unknown endpoint is 404, not an empty list.
            try await store.endpoints.requireAll([input.id], tenant: tenant)
            let rows = try await store.findings.ofEndpoint(
                input.id, status: input.status, limit: input.page.limit + 1, after: input.position, tenant: tenant)
            let total = try await store.findings.count(ofEndpoint: input.id, status: input.status, tenant: tenant)
            let page = rows.prefix(input.page.limit)
            let next = rows.count > page.count ? page.last.map(EndpointFindingsInput.cursor) : nil
            return Page(page.map(EndpointFindingView.init), total: total, next: next)
        }
    }

    private static func software(_ store: Store) -> Route<EndpointSoftwareInput, Page<SoftwareView>> {
        Route(
            .get, "/api/endpoints/{id}/software", "List an endpoint's software", tag: tag, access: .permission(.read),
            errors: ["endpoint.not_found"]
        ) { input, scope in
            let tenant = try scope.tenant
            try await store.endpoints.requireAll([input.id], tenant: tenant)
            let software = try await store.endpoints.software(input.id, tenant: tenant)
            return try Page(whole: software.map(SoftwareView.init), input.page, key: \.key)
        }
    }

    private static func scan(_ store: Store) -> Route<ScanRequest, Accepted<TaskStarted>> {
        Route(
            .post, "/api/endpoints/scan", "Scan endpoints", tag: tag, access: .permission(.scan),
            description: "Matches what is stored of the endpoints against the intelligence that is loaded now.",
            errors: ["endpoint.not_found"]
        ) { input, scope in
            let tenant = try scope.tenant
            try await store.endpoints.requireAll(input.endpoints, tenant: tenant)
            let task = try await store.startScan(of: input.endpoints, by: try scope.principal)
            return Accepted(TaskStarted(id: task, status: "scanning", estimate: nil))
        }
    }

    private static func update(_ store: Store) -> Route<EndpointUpdate, EndpointDetailView> {
        Route(
            .patch, "/api/endpoints/{id}", "Describe an endpoint", tag: tag, access: .permission(.scan),
            description:
                "Sets what risk, deadlines and exceptions depend on besides the findings; the endpoint is rescanned.",
            errors: ["endpoint.not_found"]
        ) { input, scope in
            let tenant = try scope.tenant
            try await store.endpoints.setContext(
                input.id, exposure: input.exposure?.rawValue, criticality: input.criticality?.rawValue,
                tags: input.tags, by: try scope.principal)
            _ = try await store.startScan(of: [input.id], by: try scope.principal)
            let detail = try await store.endpoints.detail(input.id, tenant: tenant)
            return EndpointDetailView(
                endpoint: detail, findings: try await store.findings.ofEndpoint(input.id, tenant: tenant))
        }
    }
}
