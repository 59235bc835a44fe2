import API
import Domain
import FoundationEssentials
import Identity
import Patching
import Store

/// The form that asks for a deployment.
enum NewDeploymentRoutes {
    static func all(_ services: PageServices) -> [AnyRoute] { [show(services), submit(services)] }

    private static let path = "/deployments/new"

    private struct Input: RouteInput {
        static let patch = QueryParameter<String>("patch", "The patch, by its number or id.")
        static let parameters: [any ParameterDescribing] = [patch]
        let patch: String?

        init(from request: RequestReader) throws { patch = try request.query(Self.patch) }
    }

    private static func show(_ services: PageServices) -> AnyRoute {
        Route<Input, HTMLContent>(
            .get, path, "Deploy a patch", tag: "Pages", access: .permission(.deploy)
        ) { input, scope in
            let entered = input.patch.map { ["patch": $0] } ?? [:]
            return try await page(services, scope, FormFields("deployment"), entered, nil)
        }.page(signIn: signInPath).erased
    }

    private static func page(
        _ services: PageServices, _ scope: RequestScope, _ form: FormFields, _ entered: [String: String],
        _ preview: DeploymentPreview?
    ) async throws -> HTMLContent {
        try await services.page(
            "Deploy a patch", .deployments, scope,
            NewDeploymentPage.render(
                form, entered: entered, preview: preview, csrfToken: services.csrfToken(scope)))
    }

    private struct Form: RouteInput {
        static let body = BodyContract.form(
            [.field("csrf_token", .string), .optional("action", .oneOf(["preview", "deploy"]))]
                + NewDeploymentPage.fields.map { .optional($0, .string(length: 0...1000)) })
        let entered: [String: String]
        let isDecided: Bool

        init(from request: RequestReader) throws {
            entered = FormFields.entered(request, NewDeploymentPage.fields)
            isDecided = request.form["action"] == "deploy"
        }

        var new: NewDeployment {
            get throws {
                NewDeployment(
                    patch: entered["patch"] ?? "", endpoints: nil, plan: try plan, reason: entered["reason"] ?? "")
            }
        }

        private func number(_ name: String) throws -> Double? {
            guard let text = entered[name], !text.isEmpty else { return nil }
            guard let number = Double(text), number.isFinite, abs(number) < 1e9 else {
                throw StoreError.invalid(field: name, reason: "must be a number")
            }
            return number
        }

        private var plan: DeploymentPlan {
            get throws {
                var plan = DeploymentPlan()
                plan.strategy = entered["strategy"].flatMap(DeploymentPlan.Strategy.init(rawValue:)) ?? .staged
                plan.approval = entered["approval"].flatMap(DeploymentPlan.Approval.init(rawValue:)) ?? .none
                plan.reboot.mode = entered["reboot"].flatMap(RebootPolicy.Mode.init(rawValue:)) ?? .ifNeeded
                plan.limits.concurrent = try number("concurrent").map { Int($0) }
                if let soak = try number("soak") { plan.gate.soakMinutes = Int(soak) }
                if let success = try number("success") { plan.gate.successPercent = success }
                switch plan.strategy {
                case .staged:
                    plan.rings = [
                        DeploymentRing(name: "Canary", percent: try number("canary") ?? 5),
                        DeploymentRing(name: "All others"),
                    ]
                case .scheduled:
                    plan.schedules = [
                        MaintenanceSchedule(
                            timeZone: entered["time_zone"] ?? "UTC",
                            windows: [.init(start: entered["opens"] ?? "", end: entered["closes"] ?? "")])
                    ]
                case .immediate: break
                }
                return plan
            }
        }
    }

    private static func submit(_ services: PageServices) -> AnyRoute {
        Route<Form, PageOrRedirect>(
            .post, path, "Deploy a patch by form", tag: "Pages", access: .permission(.deploy)
        ) { input, scope in
            let (deployments, principal) = (services.store.deployments, try scope.principal)
            do {
                let new = try input.new
                if input.isDecided {
                    let id = try await deployments.create(new, tenant: principal.tenant, by: principal)
                    return .elsewhere(SeeOther("/deployments/\(id)"))
                }
                let preview = try await deployments.preview(new, tenant: principal.tenant)
                return .page(
                    try await page(
                        services, scope, FormFields("deployment", entered: input.entered), input.entered, preview))
            } catch let error as StoreError {
                let form = FormFields("deployment", entered: input.entered, error: error)
                return .page(try await page(services, scope, form, input.entered, nil))
            } catch let error as DeploymentError {
                let form = FormFields("deployment", entered: input.entered, error: refusal(error))
                return .page(try await page(services, scope, form, input.entered, nil))
            }
        }.page(signIn: signInPath).erased
    }

    /// What the form calls the field that is at fault.
    private static func refusal(_ error: DeploymentError) -> StoreError {
        guard case .plan(let defects) = error, let first = defects.first else {
            return .invalid(field: "patch", reason: error.message)
        }
        let names = [
            "rings[0].percent": "canary", "gate.soak_minutes": "soak", "gate.success_percent": "success",
            "limits.concurrent": "concurrent", "schedules[0].time_zone": "time_zone",
            "schedules[0].windows[0].start": "opens", "schedules[0].windows[0].end": "closes",
        ]
        return .invalid(field: names[first.field] ?? "strategy", reason: first.message)
    }
}
