import Domain
import Store

/// `/api/patches`: what can be installed, what it ends and where it is missing.
enum PatchRoutes {
    static func all(_ store: Store) -> [AnyRoute] {
        [available(store).erased, detail(store).erased, endpoints(store).erased]
    }

    private static let tag = "Patches"

    private static func available(_ store: Store) -> Route<PatchListInput, Cached<Page<PatchView>>> {
        Route(
            .get, "/api/patches/available", "List available patches", tag: tag, access: .permission(.read),
            description: """
                Those that end an open finding on at least one endpoint and that no other patch takes the place of. Unless \
                sorted otherwise, those that need no reboot come first, by the risk that they remove, then the others by \
                the risk removed for each reboot.
                """
        ) { input, scope in
            let tenant = try scope.tenant
            let generation = store.cache.generation(of: tenant)
            let slice = try await store.patches.list(input.query, tenant: tenant)
            let page = Page(slice.items.map(PatchView.init), slice: slice, sort: input.query.sort.rawValue)
            let body = CachedBody(page, in: scope)
            store.cache.keep(
                body, bytes: body.count, key: scope.head.path ?? "", tenant: tenant, generation: generation)
            return Cached(body)
        }
        .ready { principal, target in store.cache.answer(target, tenant: principal.tenant) }
    }

    private static func detail(_ store: Store) -> Route<PatchInput, PatchDetailView> {
        Route(
            .get, "/api/patches/{id}", "Get a patch", tag: tag, access: .permission(.read),
            description: """
                With the vulnerabilities that installing it ends, the packages that it brings, and the patches before and \
                after it: of each list the first 200.
                """, errors: ["patch.not_found"]
        ) { input, scope in
            PatchDetailView(detail: try await store.patches.detail(input.id, tenant: try scope.tenant))
        }
    }

    private static func endpoints(_ store: Store) -> Route<PatchEndpointsInput, Page<PatchNeedView>> {
        Route(
            .get, "/api/patches/{id}/endpoints", "List the endpoints that need a patch", tag: tag,
            access: .permission(.read), description: "With the packages that it brings to another version there.",
            errors: ["patch.not_found"]
        ) { input, scope in
            let slice = try await store.patches.endpoints(
                needing: input.id, limit: input.page.limit, after: try input.page.cursor?.key(0),
                tenant: try scope.tenant)
            return Page(slice.items.map(PatchNeedView.init), slice: slice, sort: "hostname")
        }
    }
}

extension PatchStore.Query.Sort: ParameterValue {}
extension PatchKind: ParameterValue {}

/// The patch that a path names.
struct PatchInput: RouteInput {
    static let id = PathParameter<PatchID>("id", "The patch.")
    static let parameters: [any ParameterDescribing] = [id]
    let id: PatchID

    init(from request: RequestReader) throws { id = try request.path(Self.id) }
}

/// Filters of the list of available patches.
struct PatchListInput: RouteInput {
    static let kind = QueryParameter<PatchKind>("kind", "Only this kind.")
    static let severity = QueryParameter<Severity>("severity", "Only this severity.")
    static let search = QueryParameter<String>("search", "Part of the number or the title.")
    static let needsReboot = QueryParameter<Bool>(
        "reboot_required", "Only those that need a reboot, or that need none.")
    static let sort = QueryParameter<PatchStore.Query.Sort>(
        "sort", "The order; a minus sign means descending.", default: .string("-risk_per_reboot"))
    static let parameters: [any ParameterDescribing] =
        [kind, severity, search, needsReboot, sort] + PageRequest.parameters
    let query: PatchStore.Query

    init(from request: RequestReader) throws {
        let sort = try request.query(Self.sort) ?? .reboot
        let page = try PageRequest(from: request, sort: sort.rawValue)
        query = PatchStore.Query(
            kind: try request.query(Self.kind), severity: try request.query(Self.severity),
            search: try request.query(Self.search), needsReboot: try request.query(Self.needsReboot), sort: sort,
            limit: page.limit, cursor: try page.cursor?.key(0))
    }
}

/// A part of the endpoints that need a patch.
struct PatchEndpointsInput: RouteInput {
    static let parameters: [any ParameterDescribing] = [PatchInput.id] + PageRequest.parameters
    let id: PatchID
    let page: PageRequest

    init(from request: RequestReader) throws {
        id = try request.path(PatchInput.id)
        page = try PageRequest(from: request, sort: "hostname")
    }
}
