import API
import Domain
import FoundationEssentials
import Identity
import Store

/// The forms on the page of a finding.
enum FindingChangeRoutes {
    static func all(_ services: PageServices) -> [AnyRoute] { [status(services), exception(services)] }

    private static let cve = PathParameter<String>("cve", "The vulnerability.")

    private struct StatusForm: RouteInput {
        static let parameters: [any ParameterDescribing] = [EndpointPageInput.id, cve]
        static let body = BodyContract.form([
            .field("csrf_token", .string), .field("status", .oneOf(["open", "in_progress"])),
            .optional("reason", .string(length: 0...2000)),
        ])
        let id: EndpointID
        let name: String
        let status: FindingStatus
        let reason: String

        init(from request: RequestReader) throws {
            id = try request.path(EndpointPageInput.id)
            name = try request.path(cve)
            status = request.form["status"].flatMap(FindingStatus.init(rawValue:)) ?? .open
            reason = request.form["reason"] ?? ""
        }
    }

    private static func status(_ services: PageServices) -> AnyRoute {
        Route<StatusForm, SeeOther>(
            .post, "/endpoints/{id}/findings/{cve}/status", "Change status by form", tag: "Pages",
            access: .permission(.changeFindings)
        ) { input, scope in
            try await services.store.findings.setStatus(
                input.status, of: input.name, on: input.id, reason: input.reason, by: try scope.principal)
            return SeeOther("/endpoints/\(input.id)/findings/\(PathSegment.encode(input.name))")
        }.page(signIn: signInPath).erased
    }

    private struct Form: RouteInput {
        static let parameters: [any ParameterDescribing] = [EndpointPageInput.id, cve]
        static let body = BodyContract.form(ExceptionForm.fields + [.field("scope", .oneOf(["endpoint", "all"]))])
        let id: EndpointID
        let name: String
        let form: ExceptionForm

        init(from request: RequestReader) throws {
            id = try request.path(EndpointPageInput.id)
            name = try request.path(cve)
            form = ExceptionForm(request, more: ["scope"])
        }
    }

    private static func exception(_ services: PageServices) -> AnyRoute {
        Route<Form, PageOrRedirect>(
            .post, "/endpoints/{id}/findings/{cve}/exception", "Set finding aside by form", tag: "Pages",
            access: .permission(.changeFindings)
        ) { input, scope in
            let principal = try scope.principal
            // The finding must be there, also where all endpoints are meant.
            _ = try await services.store.findings.finding(input.name, on: input.id, tenant: principal.tenant)
            do {
                var exception = try input.form.request
                exception.cve = input.name
                exception.endpoint = input.form.text("scope") == "all" ? nil : input.id
                _ = try await services.store.exceptions.request(exception, by: principal)
                return .elsewhere(SeeOther("/endpoints/\(input.id)/findings/\(PathSegment.encode(input.name))"))
            } catch let error as StoreError {
                let form = input.form.refused(error)
                return .page(try await FindingRoutes.page(services, scope, input.name, on: input.id, form: form))
            }
        }.page(signIn: signInPath).erased
    }
}
