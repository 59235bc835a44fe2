import Domain
import FoundationEssentials
import Store

/// `/api/exceptions`: findings that are set aside for a time.
enum ExceptionRoutes {
    static func all(_ store: Store) -> [AnyRoute] {
        [
            list(store).erased, create(store).erased, detail(store).erased,
            decide(store, "approve", "Approve an exception", true).erased,
            decide(store, "reject", "Reject an exception", false).erased, revoke(store).erased,
        ]
    }

    private static let tag = "Exceptions"

    private static func list(_ store: Store) -> Route<ExceptionListInput, Page<ExceptionView>> {
        Route(
            .get, "/api/exceptions", "List exceptions", tag: tag, access: .permission(.read),
            description: "Of every state, the one that ends first before the others."
        ) { input, scope in
            let slice = try await store.exceptions.list(input.query, tenant: try scope.tenant)
            return Page(slice.items.map(ExceptionView.init), slice: slice, sort: "expires_at")
        }
    }

    private static func detail(_ store: Store) -> Route<ExceptionInput, ExceptionView> {
        Route(
            .get, "/api/exceptions/{id}", "Get an exception", tag: tag, access: .permission(.read),
            errors: ["exception.not_found"]
        ) { input, scope in
            ExceptionView(try await store.exceptions.find(input.id, tenant: try scope.tenant))
        }
    }

    private static func create(_ store: Store) -> Route<NewException, Created<ExceptionView>> {
        Route(
            .post, "/api/exceptions", "Request an exception", tag: tag, access: .permission(.changeFindings),
            description: """
                Active at once, unless the tenant's policy asks for a second person. While it is active, the findings \
                that it covers have the status exception, and their clocks stand still.
                """, errors: ["vulnerability.not_found", "endpoint.not_found"]
        ) { input, scope in
            let exception = try await store.exceptions.request(input.request, by: try scope.principal)
            return Created(ExceptionView(exception), location: "/api/exceptions/\(exception.id)")
        }
    }

    private static func decide(
        _ store: Store, _ verb: String, _ summary: String, _ approve: Bool
    ) -> Route<ExceptionInput, ExceptionView> {
        Route(
            .post, "/api/exceptions/{id}/\(verb)", summary, tag: tag, access: .permission(.manageTenant),
            description: "Only by somebody else than the requester.",
            errors: ["exception.not_found", "exception.conflict"]
        ) { input, scope in
            ExceptionView(try await store.exceptions.decide(input.id, approve: approve, by: try scope.principal))
        }
    }

    private static func revoke(_ store: Store) -> Route<ExceptionInput, NoContent> {
        Route(
            .delete, "/api/exceptions/{id}", "End an exception", tag: tag, access: .permission(.changeFindings),
            description: "Its findings are open again, unless they are remediated; the exception stays on record.",
            errors: ["exception.not_found", "exception.conflict"]
        ) { input, scope in
            try await store.exceptions.revoke(input.id, by: try scope.principal)
            return NoContent()
        }
    }
}

/// The exception that a path names.
struct ExceptionInput: RouteInput {
    static let id = PathParameter<ExceptionID>("id", "The exception.")
    static let parameters: [any ParameterDescribing] = [id]
    let id: ExceptionID

    init(from request: RequestReader) throws { id = try request.path(Self.id) }
}

/// Filters of the list of exceptions.
struct ExceptionListInput: RouteInput {
    static let state = QueryParameter<ExceptionRecord.State>("state", "Only this state.")
    static let endsBefore = QueryParameter<Date>("ends_before", "Only those that end before this time.")
    static let cve = QueryParameter<String>("cve_id", "Only those about this vulnerability.")
    static let parameters: [any ParameterDescribing] = [state, endsBefore, cve] + PageRequest.parameters
    let query: ExceptionStore.Query

    init(from request: RequestReader) throws {
        let page = try PageRequest(from: request, sort: "expires_at")
        query = ExceptionStore.Query(
            state: try request.query(Self.state), endsBefore: try request.query(Self.endsBefore),
            cve: try request.query(Self.cve), limit: page.limit, cursor: try page.cursor?.key(0))
    }
}
