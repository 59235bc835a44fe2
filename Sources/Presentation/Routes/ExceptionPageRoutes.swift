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
        _ services: PageServices, _ scope: RequestScope, input: PageInput?, form: FormFields = FormFields("exception")
    ) async throws -> HTMLContent {
        let (store, principal) = (services.store, try scope.principal)
        let policy = try await store.policies.current(tenant: principal.tenant).granting
        let state = input?["state"].flatMap(ExceptionRecord.State.init(rawValue:))
        let (now, day) = (Date(), 86_400.0)
        let soon = now.addingTimeInterval(Double(policy.warningDays) * day)
        let lately = now.addingTimeInterval(-Double(ExceptionsPage.expiredDays) * day)
        async let ending = store.exceptions.list(
            .init(state: .active, endsBefore: soon, limit: 50), tenant: principal.tenant)
        async let expired = store.exceptions.list(
            .init(state: .expired, endsAfter: lately, limit: 50), tenant: principal.tenant)
        let page = try await store.exceptions.list(
            .init(state: state, limit: 50, cursor: try input?.cursor), tenant: principal.tenant)
        let content = ExceptionsPage.Content(
            page: page, state: state, ending: try await ending.items, expired: try await expired.items, policy: policy,
            nextPath: PageInput.place(page.next).map {
                Address.make("/exceptions", ["state": state?.rawValue, "cursor": $0])
            })
        let actions = ExceptionsPage.Actions(
            csrfToken: services.csrfToken(scope), name: principal.name, canChange: principal.may(.changeFindings),
            canDecide: principal.may(.manageTenant), form: form)
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
        let form: ExceptionForm

        init(from request: RequestReader) throws {
            form = ExceptionForm(request, more: ["cve_id", "package", "tag"])
        }
    }

    private static func create(_ services: PageServices) -> AnyRoute {
        Route<NewException, PageOrRedirect>(
            .post, "/exceptions", "Request exception by form", tag: "Pages", access: .permission(.changeFindings)
        ) { input, scope in
            do {
                var exception = try input.form.request
                exception.cve = input.form.text("cve_id")
                exception.package = input.form.text("package")
                exception.tag = input.form.text("tag")
                _ = try await services.store.exceptions.request(exception, by: try scope.principal)
                return .elsewhere(SeeOther("/exceptions"))
            } catch let error as StoreError {
                return .page(try await page(services, scope, input: nil, form: input.form.refused(error)))
            }
        }.page(signIn: signInPath).erased
    }

    private struct Decision: RouteInput {
        static let id = PathParameter<ExceptionID>("id", "The exception.")
        static let parameters: [any ParameterDescribing] = [id]
        static let body = BodyContract.form([.field("csrf_token", .string), .optional("return_to", .string)])
        let id: ExceptionID
        /// Where to go on.
        let path: String

        init(from request: RequestReader) throws {
            id = try request.path(Self.id)
            path = request.form["return_to"].map(LocalPath.safe) ?? "/exceptions"
        }
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
            return SeeOther(input.path)
        }.page(signIn: signInPath).erased
    }
}
