/* The custom section that tools read before they instantiate. The path is given by the build. */
__asm__(".section .custom_section.action_manifest,\"\",@\n\t.incbin \"" ACTION_MANIFEST_FILE "\"\n");
