import API
import Domain
import Store

/// The pages about patches.
enum PatchPageRoutes {
    static func all(_ services: PageServices) -> [AnyRoute] {
        [list(services), detail(services), removeFile(services)]
    }

    private static func query(_ input: PageInput) throws -> PatchStore.Query {
        PatchStore.Query(
            kind: input["kind"].flatMap(PatchKind.init(rawValue:)),
            severity: input["severity"].flatMap(Severity.init(rawValue:)), search: input["search"],
            needsReboot: input["reboots"].flatMap { ["yes": true, "no": false][$0] },
            sort: input["sort"].flatMap(PatchStore.Query.Sort.init(rawValue:)) ?? .reboot, limit: 50,
            cursor: try input.cursor)
    }

    private static func list(_ services: PageServices) -> AnyRoute {
        Route<PageInput, HTMLContent>(
            .get, "/patches", "Patches", tag: "Pages", access: .permission(.read)
        ) { input, scope in
            let query = try query(input)
            let tenant = try scope.tenant
            let content = try await services.fragment(scope.address, scope) {
                let page = try await services.store.patches.list(query, tenant: tenant)
                let superseded =
                    input["superseded"] == nil
                    ? nil : try await services.store.patches.superseded(query, tenant: tenant)
                return PatchesPage.render(
                    page, superseded: superseded, query: query, nextPath: scope.nextPath(page.next))
            }
            return try await services.page("Patches", .patches, scope, content)
        }.page(signIn: signInPath).erased
    }

    private struct Input: RouteInput {
        static let id = PathParameter<PatchID>("id", "The patch.")
        static let cursor = QueryParameter<String>("cursor", "")
        static let parameters: [any ParameterDescribing] = [id, cursor]
        let id: PatchID
        let cursor: String?

        init(from request: RequestReader) throws {
            id = try request.path(Self.id)
            cursor = try request.query(Self.cursor).map { try Cursor($0).key(0) }
        }
    }

    private static func detail(_ services: PageServices) -> AnyRoute {
        Route<Input, HTMLContent>(
            .get, "/patches/{id}", "Patch", tag: "Pages", access: .permission(.read)
        ) { input, scope in
            let tenant = try scope.tenant
            let patches = services.store.patches
            let detail = try await patches.detail(input.id, tenant: tenant)
            let page = try await patches.endpoints(needing: input.id, limit: 50, after: input.cursor, tenant: tenant)
            let files = try await services.store.patchFiles.list(input.id, tenant: tenant)
            let deployments = try await services.store.deployments.list(
                .init(patch: input.id, limit: 5), tenant: tenant)
            let canDeploy = try scope.principal.may(.deploy)
            let reach = canDeploy ? try await services.store.deployments.reach(of: input.id, tenant: tenant) : nil
            let content = PatchPage.render(
                detail, endpoints: page, deployments: deployments, reach: reach, files: files,
                permission: canDeploy
                    ? .init(csrfToken: services.csrfToken(scope), largest: services.shelf.largest) : nil,
                canDeploy: canDeploy, isFirstPage: input.cursor == nil, nextPath: scope.nextPath(page.next))
            return try await services.page(detail.summary.number, .patches, scope, content)
        }.page(signIn: signInPath).erased
    }

    private struct FileForm: RouteInput {
        static let file = PathParameter<PatchFileID>("file", "The file.")
        static let parameters: [any ParameterDescribing] = [Input.id, file]
        static let body = BodyContract.form([.field("csrf_token", .string)])
        let patch: PatchID
        let file: PatchFileID

        init(from request: RequestReader) throws {
            patch = try request.path(Input.id)
            file = try request.path(Self.file)
        }
    }

    private static func removeFile(_ services: PageServices) -> AnyRoute {
        Route<FileForm, SeeOther>(
            .post, "/patches/{id}/files/{file}/remove", "Remove a patch's file by form", tag: "Pages",
            access: .permission(.deploy)
        ) { input, scope in
            try await services.shelf.remove(input.file, of: input.patch, by: try scope.principal)
            return SeeOther(PatchFiles.path(of: input.patch))
        }.page(signIn: signInPath).erased
    }
}
