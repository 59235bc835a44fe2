import API
import Domain
import FoundationEssentials
import Identity
import Risk
import Store

/// The page of exceptions and its forms.
enum ExceptionPageRoutes {
    static func all(_ services: PageServices) -> [AnyRoute] {
        [
            list(services), create(services), decide(services, "approve", "Approve by form", true),
            decide(services, "reject", "Reject by form", false), end(services),
        ]
    }

    private static func page(
        _ services: PageServices, _ scope: RequestScope, input: PageInput?, problem: String? = nil
    ) async throws -> HTMLContent {
        let (store, principal) = (services.store, try scope.principal)
        let policy = try await store.policies.current(tenant: principal.tenant).granting
        let state = input?["state"].flatMap(ExceptionRecord.State.init(rawValue:))
        let soon = Date().addingTimeInterval(Double(policy.warningDays) * 86_400)
        async let ending = store.exceptions.list(
            .init(state: .active, endsBefore: soon, limit: 50), tenant: principal.tenant)
        let page = try await store.exceptions.list(
            .init(state: state, limit: 50, cursor: try input?.cursor), tenant: principal.tenant)
        let content = ExceptionsPage.Content(
            page: page, state: state, ending: try await ending.items, policy: policy,
            nextPath: scope.nextPath(page.next))
        let actions = ExceptionsPage.Actions(
            csrfToken: services.csrfToken(scope), name: principal.name, canChange: principal.may(.changeFindings),
            canDecide: principal.may(.manageTenant), problem: problem)
        return try await services.page(
            "Exceptions", .findings, scope, ExceptionsPage.render(content, actions: actions))
    }

    private static func list(_ services: PageServices) -> AnyRoute {
        Route<PageInput, HTMLContent>(
            .get, "/exceptions", "Exceptions", tag: "Pages", access: .permission(.read)
        ) { input, scope in
            try await page(services, scope, input: input)
        }.page(signIn: signInPath).erased
    }

    private struct NewException: RouteInput {
        static let body = BodyContract.form(
            ExceptionForm.fields + [
                .optional("cve_id", .string(length: 0...100)), .optional("package", .string(length: 0...500)),
                .optional("tag", .string(length: 0...100)),
            ])
        let request: ExceptionRequest

        init(from request: RequestReader) throws {
            var exception = ExceptionForm.read(request)
            exception.cve = ExceptionForm.text(request, "cve_id")
            exception.package = ExceptionForm.text(request, "package")
            exception.tag = ExceptionForm.text(request, "tag")
            self.request = exception
        }
    }

    private static func create(_ services: PageServices) -> AnyRoute {
        Route<NewException, PageOrRedirect>(
            .post, "/exceptions", "Request exception by form", tag: "Pages", access: .permission(.changeFindings)
        ) { input, scope in
            do {
                _ = try await services.store.exceptions.request(input.request, by: try scope.principal)
                return .elsewhere(SeeOther("/exceptions"))
            } catch let error as StoreError {
                return .page(try await page(services, scope, input: nil, problem: error.message))
            }
        }.page(signIn: signInPath).erased
    }

    private struct Decision: RouteInput {
        static let id = PathParameter<ExceptionID>("id", "The exception.")
        static let parameters: [any ParameterDescribing] = [id]
        static let body = BodyContract.form([.field("csrf_token", .string)])
        let id: ExceptionID

        init(from request: RequestReader) throws { id = try request.path(Self.id) }
    }

    private static func decide(
        _ services: PageServices, _ verb: String, _ summary: String, _ approve: Bool
    ) -> AnyRoute {
        Route<Decision, SeeOther>(
            .post, "/exceptions/{id}/\(verb)", summary, tag: "Pages", access: .permission(.manageTenant)
        ) { input, scope in
            _ = try await services.store.exceptions.decide(input.id, approve: approve, by: try scope.principal)
            return SeeOther("/exceptions")
        }.page(signIn: signInPath).erased
    }

    private static func end(_ services: PageServices) -> AnyRoute {
        Route<Decision, SeeOther>(
            .post, "/exceptions/{id}/end", "End by form", tag: "Pages", access: .permission(.changeFindings)
        ) { input, scope in
            try await services.store.exceptions.revoke(input.id, by: try scope.principal)
            return SeeOther("/exceptions")
        }.page(signIn: signInPath).erased
    }
}

/// The fields that forms about an exception share.
enum ExceptionForm {
    static let fields: [Schema.Field] = [
        .field("csrf_token", .string), .field("kind", .cases(of: ExceptionKind.self)),
        .field("reason", .string(length: 1...2000)), .field("days", .string(length: 1...4)),
    ]

    static func read(_ request: RequestReader) -> ExceptionRequest {
        let days = request.form["days"].flatMap { Int($0) } ?? 0
        return ExceptionRequest(
            kind: request.form["kind"].flatMap(ExceptionKind.init(rawValue:)) ?? .accepted,
            reason: request.form["reason"] ?? "",
            expiresAt: Date().addingTimeInterval(Double(min(max(days, 0), 10_000)) * 86_400))
    }

    /// A field that says something.
    static func text(_ request: RequestReader, _ name: String) -> String? {
        request.form[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}
