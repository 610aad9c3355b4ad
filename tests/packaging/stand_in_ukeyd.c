/* Stands for ukeyd.exe where only its being started and stopped by the MSI is tested: it runs until `stop` is asked for,
   and C:\ukeyd-runs holds its version as long. */
#include <windows.h>
#include <string.h>

#define MARK "C:\\ukeyd-runs"

int main(int argc, char** argv) {
    if (argc == 2 && strcmp(argv[1], "stop") == 0) {
        HANDLE process;
        DWORD id = 0;
        HANDLE stop = OpenEventA(EVENT_MODIFY_STATE, FALSE, "UkeyStandInStop");
        HANDLE section = OpenFileMappingA(FILE_MAP_READ, FALSE, "UkeyStandInId");
        if (stop == NULL || section == NULL) return 0;
        id = *(DWORD*)MapViewOfFile(section, FILE_MAP_READ, 0, 0, sizeof id);
        process = OpenProcess(SYNCHRONIZE, FALSE, id);
        SetEvent(stop);
        return process != NULL && WaitForSingleObject(process, 20000) == WAIT_OBJECT_0 ? 0 : 1;
    } else {
        DWORD written = 0;
        HANDLE stop = CreateEventA(NULL, TRUE, FALSE, "UkeyStandInStop");
        HANDLE section = CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, sizeof(DWORD), "UkeyStandInId");
        HANDLE mark = CreateFileA(MARK, GENERIC_WRITE, FILE_SHARE_READ, NULL, CREATE_ALWAYS, FILE_FLAG_DELETE_ON_CLOSE, NULL);
        *(DWORD*)MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, sizeof(DWORD)) = GetCurrentProcessId();
        WriteFile(mark, VERSION, (DWORD)strlen(VERSION), &written, NULL);
        WaitForSingleObject(stop, 120000);
        return 0;
    }
}
