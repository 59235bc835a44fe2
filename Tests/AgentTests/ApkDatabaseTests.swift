import Agent
import Domain
import Testing

@Suite("apk's database gives its packages")
struct ApkDatabaseTests {
    private let installed = """
        C:Q1qKcZ+j23xssAXmgQhkOO8dHnbWw=
        P:musl
        V:1.2.4-r2
        A:x86_64
        S:383152
        I:622592
        T:the musl c library (libc) implementation
        U:https://musl.libc.org/
        L:MIT
        o:musl
        m:Timo Teräs <timo.teras@iki.fi>
        t:1690000000
        c:abcdef
        p:so:libc.musl-x86_64.so.1=1
        F:lib
        R:ld-musl-x86_64.so.1
        a:0:0:755
        Z:Q1mgSfPgzr7MBvPqXQPcWUD+p+nbo=

        C:Q1x=
        P:libcrypto3
        V:3.1.4-r5
        A:x86_64
        o:openssl
        F:P:not-a-package

        P:.build-deps
        V:20240101.120000

        P:no-version


        """

    @Test(
        "names, versions, origins; virtual packages are none",
        arguments: ["lib/apk/db/installed", "usr/lib/apk/db/installed"])
    func reads(path: String) throws {
        let inventory = try ExaminedTree().write(path, installed).collect()
        #expect(
            inventory.packages == [
                InstalledPackage(
                    type: "apk", name: "musl", version: "1.2.4-r2", architecture: "x86_64", vendor: "Timo Teräs"),
                InstalledPackage(
                    type: "apk", name: "libcrypto3", version: "3.1.4-r5", architecture: "x86_64", source: "openssl"),
            ])
        #expect(inventory.reasons("packages.apk") == ["Entries without a usable name and version: 1."])
    }

    @Test("a file cut anywhere is read as far as it goes")
    func truncated() throws {
        let tree = try ExaminedTree()
        let bytes = Array(installed.utf8)
        for count in 0..<bytes.count {
            try tree.write("lib/apk/db/installed", String(decoding: bytes.prefix(count), as: UTF8.self))
            let packages = try tree.collect().packages
            #expect(packages.count <= 2 && packages.allSatisfy { !$0.name.isEmpty && !$0.version.isEmpty })
        }
    }
}
