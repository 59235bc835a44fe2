import Domain
import Identity
import Testing

@Suite("Roles")
struct PermissionTests {
    @Test("include those below them")
    func inclusion() {
        for permission in Permission.allCases {
            let granted = Role.allCases.filter { $0.grants(permission) }
            #expect(granted == Role.allCases.filter { $0 >= permission.leastRole })
            #expect(Role.admin.grants(permission))
        }
    }

    @Test(
        "may do what their description says",
        arguments: [
            (Role.viewer, [.read]),
            (.analyst, [.read, .scan, .importInventory, .push, .changeFindings, .respond, .deploy]),
            (.admin, Permission.allCases),
        ] as [(Role, [Permission])])
    func permissions(_ role: Role, _ expected: [Permission]) {
        #expect(Permission.allCases.filter(role.grants) == expected)
    }
}
