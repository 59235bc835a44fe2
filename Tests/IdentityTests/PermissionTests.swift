import Domain
import Identity
import Testing

@Suite("Roles and permissions")
struct PermissionTests {
    @Test(
        "each role grants exactly this",
        arguments: [
            (Role.viewer, [Permission.read]),
            (.analyst, [.read, .scan, .importInventory, .changeFindings]),
            (.admin, Permission.allCases),
        ])
    func grants(role: Role, permissions: [Permission]) {
        #expect(Permission.allCases.filter(role.grants) == permissions)
    }

    @Test("a principal may what its role grants")
    func principal() {
        let analyst = Principal(tenant: .make(), role: .analyst, subject: .token(.make()), name: "ci")
        #expect(analyst.may(.scan) && !analyst.may(.manageTokens))
    }
}
