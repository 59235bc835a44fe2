import API
import Domain
import FoundationEssentials
import Identity
import Store

/// The pages of VEX documents and their forms.
enum VEXPageRoutes {
    static func all(_ services: PageServices) -> [AnyRoute] {
        [list(services), add(services), detail(services), remove(services)]
    }

    /// A form's encoding of a document takes up to three times its room.
    private static let upload = RouteLimits(bodySize: 32 << 20, timeout: .seconds(600))

    private static func page(
        _ services: PageServices, _ scope: RequestScope, cursor: String? = nil, problem: String? = nil
    ) async throws -> HTMLContent {
        let principal = try scope.principal
        let page = try await services.store.vex.list(.init(limit: 50, cursor: cursor), tenant: principal.tenant)
        let actions = VEXPage.Actions(
            csrfToken: services.csrfToken(scope), canChange: principal.may(.manageTenant), problem: problem)
        return try await services.page(
            "VEX", .findings, scope, VEXPage.render(page, nextPath: scope.nextPath(page.next), actions: actions))
    }

    private static func list(_ services: PageServices) -> AnyRoute {
        Route<PageInput, HTMLContent>(.get, "/vex", "VEX", tag: "Pages", access: .permission(.read)) { input, scope in
            try await page(services, scope, cursor: try input.cursor)
        }.page(signIn: signInPath).erased
    }

    private struct Upload: RouteInput {
        static let body = BodyContract.form([
            .field("csrf_token", .string), .field("document", .string(length: 1...(32 << 20))),
        ])
        let content: [UInt8]

        init(from request: RequestReader) throws { content = Array((request.form["document"] ?? "").utf8) }
    }

    private static func add(_ services: PageServices) -> AnyRoute {
        Route<Upload, PageOrRedirect>(
            .post, "/vex", "Import VEX by form", tag: "Pages", access: .permission(.manageTenant), limits: upload
        ) { input, scope in
            do {
                let record = try await services.store.vex.add(content: input.content, by: try scope.principal)
                return .elsewhere(SeeOther("/vex/\(record.id)"))
            } catch let error as any UserFacingError {
                return .page(try await page(services, scope, problem: error.message))
            }
        }.page(signIn: signInPath).erased
    }

    private struct Named: RouteInput {
        static let id = PathParameter<VEXDocumentID>("id", "The document.")
        static let parameters: [any ParameterDescribing] = [id]
        let id: VEXDocumentID

        init(from request: RequestReader) throws { id = try request.path(Self.id) }
    }

    private static func detail(_ services: PageServices) -> AnyRoute {
        Route<Named, HTMLContent>(
            .get, "/vex/{id}", "VEX document", tag: "Pages", access: .permission(.read)
        ) { input, scope in
            let tenant = try scope.tenant
            let record = try await services.store.vex.find(input.id, tenant: tenant)
            let statements = try await services.store.vex.statements(of: input.id, tenant: tenant)
            return try await services.page(
                record.document, .findings, scope, VEXDocumentPage.render(record, statements: statements))
        }.page(signIn: signInPath).erased
    }

    private struct Removal: RouteInput {
        static let parameters: [any ParameterDescribing] = [Named.id]
        static let body = BodyContract.form([.field("csrf_token", .string)])
        let id: VEXDocumentID

        init(from request: RequestReader) throws { id = try request.path(Named.id) }
    }

    private static func remove(_ services: PageServices) -> AnyRoute {
        Route<Removal, SeeOther>(
            .post, "/vex/{id}/remove", "Remove VEX by form", tag: "Pages", access: .permission(.manageTenant)
        ) { input, scope in
            try await services.store.vex.remove(input.id, by: try scope.principal)
            return SeeOther("/vex")
        }.page(signIn: signInPath).erased
    }
}
