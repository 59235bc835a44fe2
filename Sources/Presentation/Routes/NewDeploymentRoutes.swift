import API
import Domain
import FoundationEssentials
import Identity
import Patching
import Store

/// The form that asks for a deployment.
enum NewDeploymentRoutes {
    static func all(_ services: PageServices) -> [AnyRoute] { [show(services), submit(services)] }

    private struct Input: RouteInput {
        static let patch = QueryParameter<String>("patch", "The patch, by its number or id.")
        static let parameters: [any ParameterDescribing] = [patch]
        let patch: String?

        init(from request: RequestReader) throws { patch = try request.query(Self.patch) }
    }

    private static func show(_ services: PageServices) -> AnyRoute {
        Route<Input, HTMLContent>(
            .get, NewDeploymentPage.path, "Deploy a patch", tag: "Pages", access: .permission(.deploy)
        ) { input, scope in
            var patch = input.patch ?? ""
            // People know it by its number.
            if let known = try await summary(patch, services, try scope.tenant) { patch = known.number }
            return try await page(services, scope, .standard(patch: patch))
        }.page(signIn: signInPath).erased
    }

    /// Nil for what is no patch.
    private static func summary(
        _ text: String, _ services: PageServices, _ tenant: TenantID
    ) async throws -> PatchStore.Summary? {
        let patches = services.store.patches
        do {
            let id = if let id = PatchID(text) { id } else { try await patches.named(text) }
            return try await patches.detail(id, tenant: tenant).summary
        } catch StoreError.notFound {
            return nil
        }
    }

    private static func page(
        _ services: PageServices, _ scope: RequestScope, _ form: DeploymentForm, _ problems: [FormFields.Problem] = [],
        _ preview: NewDeploymentPage.Preview? = nil
    ) async throws -> HTMLContent {
        try await services.page(
            "Deploy a patch", .deployments, scope,
            NewDeploymentPage.render(
                form, problems: problems, preview: preview, csrfToken: services.csrfToken(scope)))
    }

    private struct Form: RouteInput {
        static let body = BodyContract.form(
            [
                .field("csrf_token", .string),
                .optional("action", .oneOf(["preview", "deploy"] + DeploymentForm.changes)),
                .optional("previewed", .string(length: 0...100)), .optional("key", .string(length: 0...100)),
            ] + DeploymentForm.fields.map { .optional($0, .string(length: 0...4000)) })
        var form: DeploymentForm
        let action: String
        let previewed: String?
        let key: String?

        init(from request: RequestReader) throws {
            form = DeploymentForm(FormFields.entered(request, DeploymentForm.fields))
            action = request.form["action"] ?? "preview"
            previewed = request.form["previewed"]
            key = request.form["key"]
        }
    }

    private static func submit(_ services: PageServices) -> AnyRoute {
        Route<Form, PageOrRedirect>(
            .post, NewDeploymentPage.path, "Deploy a patch by form", tag: "Pages", access: .permission(.deploy)
        ) { input, scope in
            var form = input.form
            if form.change(input.action) { return .page(try await page(services, scope, form)) }
            let reading = form.read()
            guard reading.problems.isEmpty else {
                if reading.plan.strategy == .scheduled && form.schedules == 0 { form.addSchedule() }
                return .page(try await page(services, scope, form, reading.problems))
            }
            var new = NewDeployment(
                patch: form["patch"], endpoints: nil, plan: reading.plan, reason: form["reason"])
            do {
                let (deployments, principal) = (services.store.deployments, try scope.principal)
                let fingerprint = try new.fingerprint
                if input.action == "deploy", input.previewed == fingerprint, let key = input.key {
                    // A second click makes no second one.
                    new.key = "page:\(key)"
                    let id = try await deployments.create(new, tenant: principal.tenant, by: principal)
                    return .elsewhere(SeeOther("/deployments/\(id)"))
                }
                let patch = try await summary(new.patch, services, principal.tenant)
                let reach =
                    if let patch { try await deployments.reach(of: patch.id, tenant: principal.tenant) } else {
                        DeploymentStore.Reach?.none
                    }
                let preview = NewDeploymentPage.Preview(
                    patch: patch, reach: reach,
                    deployment: try await deployments.preview(new, tenant: principal.tenant), plan: new.plan,
                    fingerprint: fingerprint, key: UUID().uuidString,
                    notice: input.action == "deploy"
                        ? "Something was changed since the preview. This is what it would do now." : nil)
                return .page(try await page(services, scope, form, [], preview))
            } catch let error as StoreError {
                return .page(try await page(services, scope, form, [problem(error)]))
            } catch let error as DeploymentError {
                return .page(
                    try await page(services, scope, form, [.init(field: "patch", sentence: error.message)]))
            }
        }.page(signIn: signInPath).erased
    }

    private static func problem(_ error: StoreError) -> FormFields.Problem {
        switch error {
        case .invalid(let field, let reason): .init(field: field, sentence: "It \(reason).")
        case .notFound(let kind, _): .init(field: kind, sentence: error.message)
        default: .init(field: nil, sentence: error.message)
        }
    }
}
