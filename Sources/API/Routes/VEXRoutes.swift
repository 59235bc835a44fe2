import Domain
import FoundationEssentials
import Reports
import Store

/// `/api/vex`: what others say of vulnerabilities in products; and the tenant's own word for others.
enum VEXRoutes {
    static func all(_ dependencies: APIDependencies) -> [AnyRoute] {
        let store = dependencies.store
        return [
            list(store).erased, add(store).erased, detail(store).erased, remove(store).erased,
            exceptions(dependencies).erased,
        ]
    }

    private static let tag = "VEX"

    private static func list(_ store: Store) -> Route<VEXListInput, Page<VEXDocumentView>> {
        Route(
            .get, "/api/vex", "List VEX documents", tag: tag, access: .permission(.read),
            description: "The one imported last comes first."
        ) { input, scope in
            let slice = try await store.vex.list(input.query, tenant: try scope.tenant)
            return Page(slice.items.map { VEXDocumentView($0) }, slice: slice, sort: "-imported_at")
        }
    }

    private static func add(_ store: Store) -> Route<VEXUpload, Created<VEXDocumentView>> {
        Route(
            .post, "/api/vex", "Import a VEX document", tag: tag, access: .permission(.manageTenant),
            description: """
                An OpenVEX or a CSAF document. A later edition of a document takes the place of the one before; the \
                same again changes nothing. Findings that it says are not there are hidden at once.
                """, errors: ["document.invalid", "document.malformed", "document.unsupported", "vex.conflict"],
            limits: .bulk
        ) { input, scope in
            let record = try await store.vex.add(
                content: try await input.body.collect(), by: try scope.principal)
            return Created(VEXDocumentView(record), location: "/api/vex/\(record.id)")
        }
    }

    private static func detail(_ store: Store) -> Route<VEXInput, VEXDetailView> {
        Route(
            .get, "/api/vex/{id}", "Get a VEX document", tag: tag, access: .permission(.read),
            description: "With its statements, and how many findings each hides.", errors: ["vex.not_found"]
        ) { input, scope in
            let tenant = try scope.tenant
            return VEXDetailView(
                record: try await store.vex.find(input.id, tenant: tenant),
                statements: try await store.vex.statements(of: input.id, tenant: tenant))
        }
    }

    private static func remove(_ store: Store) -> Route<VEXInput, NoContent> {
        Route(
            .delete, "/api/vex/{id}", "Remove a VEX document", tag: tag, access: .permission(.manageTenant),
            description: "What its statements hide counts again at once, unless something else covers it.",
            errors: ["vex.not_found"], limits: .bulk
        ) { input, scope in
            try await store.vex.remove(input.id, by: try scope.principal)
            return NoContent()
        }
    }

    private static func exceptions(
        _ dependencies: APIDependencies
    ) -> Route<NoInput, ReportDocument<OpenVEXType>> {
        Route(
            .get, "/api/exceptions.openvex", "Export exceptions as OpenVEX", tag: "Exceptions",
            access: .permission(.read),
            description: """
                What the tenant has decided, for others to read: an OpenVEX 0.2.0 document with a statement for each \
                exception in force and vulnerability that it sets aside.
                """, limits: .bulk
        ) { _, scope in
            let tenant = try scope.tenant
            let report = OpenVEXReport(
                try await dependencies.store.exceptions.covered(tenant: tenant).map(OpenVEXReport.Cover.init),
                tenant: tenant,
                author: try await dependencies.store.tenants.find(tenant.description)?.name ?? "",
                program: dependencies.version)
            return ReportDocument(try report.encoded())
        }
    }
}

/// The document that a path names.
struct VEXInput: RouteInput {
    static let id = PathParameter<VEXDocumentID>("id", "The document.")
    static let parameters: [any ParameterDescribing] = [id]
    let id: VEXDocumentID

    init(from request: RequestReader) throws { id = try request.path(Self.id) }
}

/// Filters of the list of documents.
struct VEXListInput: RouteInput {
    static let cve = QueryParameter<String>("cve_id", "Only those that speak of this vulnerability.")
    static let parameters: [any ParameterDescribing] = [cve] + PageRequest.parameters
    let query: VEXStore.Query

    init(from request: RequestReader) throws {
        let page = try PageRequest(from: request, sort: "-imported_at")
        query = VEXStore.Query(
            cve: try request.query(Self.cve), limit: page.limit, cursor: try page.cursor?.key(0))
    }
}

/// A document as it comes.
struct VEXUpload: RouteInput {
    static let body = BodyContract.stream(
        mediaTypes: ["application/json"], description: "An OpenVEX or a CSAF document.")
    let body: LimitedBody

    init(from request: RequestReader) throws {
        guard let stream = request.stream else { throw RequestError.missingField(name: "body") }
        body = stream
    }
}
