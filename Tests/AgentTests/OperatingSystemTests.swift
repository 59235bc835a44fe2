import Domain
import Testing

@Suite("os-release(5) says what system it is")
struct OperatingSystemTests {
    @Test(
        "values have the shell's quoting",
        arguments: [
            (#"NAME="Debian GNU/Linux""#, "Debian GNU/Linux"), ("NAME='Red Hat $x'", "Red Hat $x"),
            ("NAME=Fedora # the rest is a comment", "Fedora"), (#"NAME="A \"B\" \$C \\D \E""#, #"A "B" $C \D \E"#),
            (#"NAME=A\ B"#, "A B"), (#"NAME="A"'B'C"#, "ABC"), ("  NAME=Indented", "Indented"),
            ("NAME=First\nNAME=Last", "Last"), ("#NAME=No\nID=x", "Linux"), ("NAME=\"\"\nID=x", "Linux"),
            ("NAME=\"No end", "No end"), ("NAME=\"A\u{1}\u{7F}B\"", "AB"), ("NAME=CR\r\nID=x\r\n", "CR"),
        ])
    func quoting(text: String, name: String) throws {
        let root = try ScratchRoot().write("etc/os-release", text)
        #expect(try root.collect().os.name == name)
    }

    @Test("every field of a real file")
    func complete() throws {
        let root = try ScratchRoot().write(
            "etc/os-release",
            """
            NAME="AlmaLinux"
            VERSION="9.4 (Seafoam Ocelot)"
            ID="almalinux"
            ID_LIKE="rhel centos fedora"
            VERSION_ID="9.4"
            PRETTY_NAME="AlmaLinux 9.4 (Seafoam Ocelot)"
            VERSION_CODENAME=seafoam
            """)
        #expect(
            try root.collect().os
                == OperatingSystem(
                    id: "almalinux", name: "AlmaLinux", version: "9.4", codename: "seafoam",
                    prettyName: "AlmaLinux 9.4 (Seafoam Ocelot)", like: ["rhel", "centos", "fedora"]))
    }

    @Test("/etc counts before /usr/lib, which stands in when /etc has none or a link to nothing")
    func fallback() throws {
        let root = try ScratchRoot().write("usr/lib/os-release", "ID=vendor\nVERSION_ID=1")
        #expect(try root.collect().os.id == "vendor")
        try root.link("etc/os-release", to: "../usr/lib/missing")
        #expect(try root.collect().os.id == "vendor")
        let both = try ScratchRoot().write("usr/lib/os-release", "ID=vendor").write("etc/os-release", "ID=local")
        #expect(try both.collect().os.id == "local")
    }

    @Test("the usual link from /etc to /usr/lib is followed, inside the root")
    func link() throws {
        for target in ["../usr/lib/os-release", "/usr/lib/os-release", "../../../../../usr/lib/os-release"] {
            let root = try ScratchRoot().write("usr/lib/os-release", "ID=mine")
            try root.link("etc/os-release", to: target)
            #expect(try root.collect().os.id == "mine")
        }
    }

    @Test("Debian testing has a codename and no version")
    func rolling() throws {
        let root = try ScratchRoot().write("etc/os-release", "ID=debian\nVERSION_CODENAME=forky")
        let os = try root.collect().os
        #expect(os.codename == "forky" && os.version.isEmpty)
    }

    @Test("without the file the system is called linux, and a note says so")
    func missing() throws {
        let inventory = try ScratchRoot().collect()
        #expect(inventory.os == OperatingSystem(id: "linux", name: "Linux", version: ""))
        #expect(inventory.reasons("os") == ["Neither /etc/os-release nor /usr/lib/os-release can be read."])
    }
}
