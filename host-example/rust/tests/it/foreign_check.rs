//! `check` with an adapter that has nothing to do with WhatsApp: X5 and X8.

use std::fs;

use crate::foreign::{Foreign, build, build_with, instance};

/// What `check` says of a configuration with two adapter types.
fn said(more: &str) -> (i32, String) {
    let site = Foreign::new(more);
    build(&site.plugins(), "libclock.so", "clock", "1.0.0");
    let text = instance("post", "") + &instance("wall", "").replace("\"mail\"", "\"clock\"") + more;
    site.configure(&text);
    let ended = site.check();
    (ended.code, ended.stderr + &ended.stdout)
}

fn on_tick(step: &str) -> String {
    format!(
        "[[trigger]]\nname = \"tick\"\ntype = \"Event\"\nadapter = \"wall\"\nevent = \"tick\"\nworkflow = \"w\"\n\
         [[workflow]]\nname = \"w\"\n[[workflow.step]]\nname = \"go\"\n{step}\n"
    )
}

#[test]
fn x05_a_command_that_sends_is_not_repeated_whatever_its_response_is_called() {
    let (code, text) = said(&on_tick("command = \"sendMail\"\nrepeat = true"));
    assert_eq!(code, 2, "{text}");
    assert!(
        text.contains("`repeat`: sendMail sends a message, which is sent at most once"),
        "{text}"
    );
    for fine in ["command = \"nap\"\nrepeat = true", "command = \"sendMail\""] {
        let (code, text) = said(&on_tick(fine));
        assert_eq!(code, 0, "{text}");
    }
}

#[test]
fn x05_what_another_adapter_starts_or_is_waited_for_names_its_instance() {
    let site = Foreign::new("");
    let whatsapp = crate::program::plugin();
    fs::copy(whatsapp, site.plugins().join("libwhatsapp.so")).unwrap();
    let on = |step: &str| {
        let more = instance("post", "")
            + "[[instance]]\nname = \"sales\"\nadapter_type = \"whatsapp\"\n[instance.properties]\n\
               authenticationToken = { file = \"token\" }\napiVersion = \"v26.0\"\n\
               phoneNumberId = \"106540352242922\"\n"
            + &on_tick(step).replace("\"wall\"", "\"post\"");
        fs::write(
            site.folder.path().join("token"),
            "EMULATOR-ACCESS-TOKEN-0123456789",
        )
        .unwrap();
        site.configure(&more);
        let ended = site.check();
        (ended.code, ended.stderr)
    };
    let text = "request = { phoneNumber = \"16505551234\", message = \"x\" }";
    let (code, said) = on(&format!("command = \"sendMessageText\"\n{text}"));
    assert_eq!(code, 2, "{said}");
    let why = "`instance` is missing: the trigger tick starts this workflow for an instance of mail, which has no \
               command sendMessageText";
    assert!(said.contains(why), "{said}");
    let (code, said) = on(&format!(
        "command = \"sendMessageText\"\ninstance = \"sales\"\n{text}"
    ));
    assert_eq!(code, 0, "{said}");

    let (code, said) = on("wait = \"1h\"\nevent = \"customer_message\"");
    assert_eq!(code, 2, "{said}");
    assert!(
        said.contains("an instance of mail, which raises no event customer_message"),
        "{said}"
    );
    let (code, said) = on("wait = \"1h\"\nevent = \"customer_message\"\ninstance = \"sales\"");
    assert_eq!(code, 0, "{said}");
    let (code, said) = on("wait = \"1h\"\nevent = \"bounced\"\ninstance = \"sales\"");
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("whatsapp raises no event bounced"), "{said}");
    let (code, said) = on("wait = \"1h\"\nevent = \"bounced\"\ninstance = \"sale\"");
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("there is no instance sale"), "{said}");
}

#[test]
fn x08_two_plugins_of_one_type_are_refused_by_name_or_chosen_by_version() {
    let site = Foreign::new(&instance("post", ""));
    build(&site.plugins(), "libother.so", "mail", "2.0.0");
    let ended = site.check();
    assert_eq!(ended.code, 2);
    for file in [
        "libmail.so (1.0.0)",
        "libother.so (2.0.0)",
        "[plugins] version",
    ] {
        assert!(ended.stderr.contains(file), "{file}: {}", ended.stderr);
    }
    let choose = |version: &str| {
        site.configure(&instance("post", ""));
        let file = site.folder.path().join("host.toml");
        let text = fs::read_to_string(&file).unwrap();
        let chosen = format!("directory = \"plugins\"\nversion = {{ mail = \"{version}\" }}");
        fs::write(&file, text.replace("directory = \"plugins\"", &chosen)).unwrap();
        site.check()
    };
    assert_eq!(choose("2.0.0").code, 0, "{}", choose("2.0.0").stderr);
    let none = choose("3.0.0");
    assert!(
        none.code == 2 && none.stderr.contains("there is no plugin mail 3.0.0"),
        "{}",
        none.stderr
    );
    // One version twice: nothing tells them apart.
    build(&site.plugins(), "libthird.so", "mail", "2.0.0");
    let twice = choose("2.0.0");
    assert!(
        twice.code == 2
            && twice.stderr.contains("libother.so")
            && twice.stderr.contains("libthird.so"),
        "{}",
        twice.stderr
    );
}

#[test]
fn x09_a_schedule_says_when_in_one_way() {
    let timed = |when: &str| {
        let workflow = "workflow = \"w\"\n[[workflow]]\nname = \"w\"\n[[workflow.step]]\nname = \"go\"\n\
                        instance = \"post\"\ncommand = \"nap\"\n";
        said(&format!("[[trigger]]\nname = \"t\"\n{when}\n{workflow}"))
    };
    for fine in ["on = \"start\"", "type = \"Schedule\"\nevery = \"15m\""] {
        let (code, text) = timed(fine);
        assert_eq!(code, 0, "{text}");
    }
    for (when, why) in [
        ("every = \"10ms\"", "it must be at least 1s"),
        ("every = \"often\"", "every: "),
        ("on = \"stop\"", "`on` must be \"start\""),
        ("on = \"start\"\nevery = \"1h\"", "one of `on` and `every`"),
        ("type = \"Schedule\"", "one of `on` and `every`"),
        ("every = \"1h\"\nevent = \"tick\"", "has none"),
        (
            "type = \"Event\"\nadapter = \"wall\"\nevent = \"tick\"\nevery = \"1h\"",
            "only a trigger of type Schedule has it",
        ),
    ] {
        let (code, text) = timed(when);
        assert!(code == 2 && text.contains(why), "{when}: {text}");
    }
}

/// Of two event ids the first was taken, and nobody was told.
#[test]
fn x12_a_plugin_that_marks_two_members_of_one_event_alike_is_named() {
    let site = Foreign::new("");
    let marked = ["-DN_FLAGS=WFA_FIELD_EVENT_ID"];
    build_with(&site.plugins(), "libmail.so", "mail", "1.0.0", &marked);
    site.configure(&instance("post", ""));
    let ended = site.check();
    let said = "of the event tick it marks eventId and n as the event id";
    assert!(
        ended.code == 2 && ended.stderr.contains(said),
        "{}",
        ended.stderr
    );
}

#[test]
fn an_instance_without_properties_needs_no_table_of_them() {
    let bare = "[[instance]]\nname = \"post\"\nadapter_type = \"mail\"\n";
    let site = Foreign::new(bare);
    let ended = site.check();
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    // And each name that there is instead is told once.
    let five = (0..5).map(|at| bare.replace("post", &format!("post-{at}")));
    let step = on_tick("command = \"fly\"").replace("\"wall\"", "\"post-1\"");
    site.configure(&(five.collect::<String>() + &step));
    let ended = site.check();
    assert_eq!(ended.code, 2, "{}", ended.stderr);
    assert_eq!(
        ended.stderr.matches("sendMail").count(),
        1,
        "{}",
        ended.stderr
    );
}

#[test]
fn a_plugin_directory_without_a_plugin_is_named_once_as_such() {
    let site = Foreign::new(&(instance("post", "") + &instance("fax", "")));
    fs::remove_file(site.plugins().join("libmail.so")).unwrap();
    let ended = site.check();
    assert_eq!(ended.code, 2, "{}", ended.stderr);
    let said = "host.toml:2:13: directory: there is no plugin in ";
    assert!(ended.stderr.contains(said), "{}", ended.stderr);
    assert!(!ended.stderr.contains("is of the type"), "{}", ended.stderr);
}

#[test]
fn a_property_that_is_missing_is_named_as_in_other_sentences() {
    let site = Foreign::new("");
    let required = "-DSECRET_FLAGS=WFA_FIELD_SECRET|WFA_FIELD_REQUIRED";
    build_with(&site.plugins(), "libmail.so", "mail", "1.0.0", &[required]);
    site.configure(&instance("post", ""));
    let ended = site.check();
    assert_eq!(ended.code, 2, "{}", ended.stderr);
    let said = ": property secret is missing\n";
    assert!(ended.stderr.contains(said), "{}", ended.stderr);
}
