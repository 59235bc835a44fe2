import Domain
import FoundationEssentials
import Patching
import Presentation
import Store

extension EscapingTests {
    /// The list, one patch, and those of an endpoint.
    static var patchPages: [HTML] {
        let patch = Sample.patch(attack)
        let relative = PatchStore.Relative(id: .make(), number: attack, title: attack, distance: 1)
        let detail = PatchStore.Detail(
            summary: patch, description: attack, link: "https://" + attack, source: attack, builds: [attack],
            vulnerabilities: [.init(cve: attack, title: attack)], vulnerabilityCount: 2,
            packages: [
                PatchedPackage(
                    ecosystem: Ecosystem(family: "debian", release: attack), name: attack, fixed: attack, stream: attack
                )
            ], packageCount: 2, supersededBy: [relative],
            supersedes: [relative, .init(id: nil, number: attack, distance: 2)],
            prerequisites: [relative, .init(id: nil, number: attack, distance: 2)])
        let need = PatchStore.Need(
            endpoint: .make(), hostname: attack, osName: attack, status: .healthy, riskRemoved: 1, vulnerabilities: 1,
            packages: [PackageChange(name: attack, architecture: attack, installed: attack, version: attack)])
        let record = DeploymentRecord(
            number: attack, title: attack, plan: DeploymentPlan(),
            life: DeploymentLife(.completed, ring: 0, ringCount: 1),
            reason: attack, requestedBy: attack, at: Sample.past)
        let deployment = DeploymentStore.Row(deployment: record, counts: DeploymentCounts([]))
        let files = PatchFileName("curl_8.0_amd64.deb").map { name in
            PatchFile(
                id: .make(), patch: .make(), name: name, sha256: attack, bytes: 1,
                isCompanion: true, objectKey: attack, uploadedBy: attack, uploadedAt: Date())
        }
        return [
            PatchesPage.render(
                Sample.page([patch]),
                superseded: (
                    [.init(id: .make(), number: attack, title: attack, released: attack, by: [relative])], 2
                ), query: .init(search: attack, cursor: attack), nextPath: attack),
            PatchPage.render(
                detail, endpoints: Sample.page([need]), deployments: Sample.page([deployment]),
                reach: .init(endpoints: 2, carried: 1, isInstallable: true), files: [files].compactMap { $0 },
                permission: .init(csrfToken: attack, largest: 1), canDeploy: true, isFirstPage: false,
                nextPath: attack),
            DeploymentsPage.render(Sample.page([deployment]), status: nil, patch: .make()),
            EndpointPatches.render(Sample.page([.init(patch: patch, riskRemoved: 1, vulnerabilities: 1)])),
        ]
    }
}
